package dev.crossfade.cli;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * Goes on showing the control state: on a terminal one live screen, else one line for the state at
 * the start and one for every change. Ends when its reader is gone.
 */
@Command(name = "watch", description = "Go on showing the split and its changes, until Ctrl-C.")
final class WatchCommand extends AdminCommand {
  private static final int CHANGES_SHOWN = 5;

  WatchCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) throws InterruptedException {
    return surroundings().screen() && !wantsJson() ? screen(admin) : lines(admin);
  }

  private ExitCode lines(AdminClient admin) throws InterruptedException {
    PrintStream out = surroundings().out();
    Answer answer = admin.get("/split");
    String shown = "";
    while (true) {
      String revision = answer.object().text("revision", "");
      if (!revision.equals(shown)) {
        out.println(wantsJson() ? oneLine(answer.json()) : ControlStateText.line(answer.object()));
        shown = revision;
      }
      if (ended()) {
        return ExitCode.DONE;
      }
      surroundings().pace().pause();
      answer = lookAgain(admin, answer);
    }
  }

  /** JSON has no line ends but between its tokens, where a blank is as good. */
  private static String oneLine(String json) {
    return json.replace('\r', ' ').replace('\n', ' ');
  }

  /** The present state, or the last one again while the proxy is away, as during a restart. */
  private Answer lookAgain(AdminClient admin, Answer last) throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        return admin.get("/split");
      } catch (CommandFailure e) {
        requirePassing(e);
        if (!told) {
          surroundings().err().println("crossfade: " + e.says() + " Trying on.");
          told = true;
        }
      }
      if (ended()) {
        return last;
      }
      surroundings().pace().pause();
    }
  }

  private ExitCode screen(AdminClient admin) throws InterruptedException {
    WatchScreen screen = new WatchScreen(admin.toString(), surroundings().colours());
    Look look = look(admin, null);
    while (true) {
      surroundings().out().print(look.on(screen));
      surroundings().out().flush();
      if (ended()) {
        return ExitCode.DONE;
      }
      surroundings().pace().pause();
      try {
        look = look(admin, look.now());
      } catch (CommandFailure e) {
        requirePassing(e);
        look = look.inTrouble(e.says());
      }
    }
  }

  private Look look(AdminClient admin, @Nullable Traffic before) {
    return new Look(
        admin.get("/split").object(),
        admin.get("/history?limit=" + CHANGES_SHOWN).object(),
        before,
        Traffic.parse(admin.get("/metrics").text(), surroundings().pace().nanoTime()),
        "");
  }

  /** Whether the reader is gone, as far as the last write could tell. */
  private boolean ended() {
    return surroundings().out().checkError();
  }

  /** A proxy that is away comes back; a token that is refused does not become right. */
  private static void requirePassing(CommandFailure e) {
    if (e.exitCode() != ExitCode.UNREACHABLE && e.exitCode() != ExitCode.OTHER) {
      throw e;
    }
  }

  /** All that one screen shows. */
  private record Look(
      JsonObject state, JsonObject history, @Nullable Traffic before, Traffic now, String trouble) {
    String on(WatchScreen screen) {
      return screen.draw(state, HistoryCommand.changes(history), before, now, trouble);
    }

    Look inTrouble(String why) {
      return new Look(state, history, before, now, why);
    }
  }
}
