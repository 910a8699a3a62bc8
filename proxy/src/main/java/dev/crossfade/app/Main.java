package dev.crossfade.app;

import dev.crossfade.accesslog.UnopenableLogException;
import dev.crossfade.cli.CrossfadeCommand;
import dev.crossfade.cli.DemoOptions;
import dev.crossfade.cli.DemoShopOptions;
import dev.crossfade.cli.ExitCode;
import dev.crossfade.cli.Programs;
import dev.crossfade.config.ConfigFile;
import dev.crossfade.config.ConfigProblems;
import dev.crossfade.config.ConfigReport;
import dev.crossfade.config.Settings;
import dev.crossfade.control.StateException;
import dev.crossfade.demo.Demo;
import dev.crossfade.demo.DemoShop;
import dev.crossfade.demo.FolderSessions;
import dev.crossfade.demo.MemorySessions;
import dev.crossfade.demo.SessionStore;
import dev.crossfade.demo.ShopVersion;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the program begins: the programs behind the command line. */
public final class Main implements Programs {
  private static final int SESSIONS = 100_000;
  private static final int SESSION_FILES = 10_000;

  private Main() {}

  /** Runs a command; see {@code crossfade --help}. */
  public static void main(String[] args) {
    int code = CrossfadeCommand.execute(new Main(), args);
    System.out.flush();
    System.exit(code);
  }

  @Override
  public ExitCode run(@Nullable Path configuration) {
    return explained(
        () -> {
          HeededSignal hangUp = HeededSignal.on("HUP", "reload");
          HeededSignal rotated = HeededSignal.on("USR1", "reopen");
          Ending ending = Ending.onSignals();
          try (RunningProxy proxy = RunningProxy.start(settings(configuration))) {
            hangUp.answerBy(proxy::reload);
            rotated.answerBy(proxy::reopenLogs);
            System.out.println("ready " + proxy.addresses());
            System.out.flush();
            proxy.warmUpMetrics();
            ExitCode code = ending.await();
            proxy.drain();
            return code;
          }
        });
  }

  @Override
  public ExitCode check(@Nullable Path configuration, boolean json) {
    return explained(
        () -> {
          try {
            System.out.println(
                json ? ConfigReport.json(configuration) : ConfigReport.effective(configuration));
            return ExitCode.DONE;
          } catch (ConfigProblems e) {
            if (json) {
              System.out.println(ConfigReport.json(e));
            }
            throw e;
          }
        });
  }

  private static Settings settings(@Nullable Path configuration) throws ConfigProblems {
    return configuration == null ? ConfigFile.defaults() : ConfigFile.load(configuration);
  }

  @Override
  public ExitCode demo(DemoOptions options) {
    return explained(
        () -> {
          Ending ending = Ending.onSignals();
          Demo.Ports ports =
              new Demo.Ports(
                  options.port(), options.adminPort(), options.oldPort(), options.newPort());
          Demo.Traffic traffic = new Demo.Traffic(options.traffic(), System.err::println);
          try (Demo demo =
              Demo.start(ports, traffic, file -> RunningProxy.start(ConfigFile.load(file)))) {
            System.out.println(demo.invitation());
            System.out.flush();
            return ending.await();
          }
        });
  }

  @Override
  public ExitCode demoShop(DemoShopOptions options) {
    return explained(
        () -> {
          Ending ending = Ending.onSignals();
          try (DemoShop shop =
              DemoShop.start(
                  options.newSide() ? ShopVersion.NEW : ShopVersion.OLD,
                  new InetSocketAddress(options.host(), options.port()),
                  sessions(options.sessions()))) {
            System.out.println("ready " + options.host() + ":" + shop.address().getPort());
            System.out.flush();
            return ending.await();
          }
        });
  }

  private static SessionStore sessions(@Nullable Path folder) throws IOException {
    return folder == null
        ? new MemorySessions(SESSIONS)
        : new FolderSessions(folder, SESSION_FILES);
  }

  @Override
  public ExitCode warmUp() {
    return WarmUp.run(this);
  }

  /** A program that may fail in ways that are told to people and to scripts. */
  @FunctionalInterface
  private interface Program {
    ExitCode run() throws Exception;
  }

  /** The one table from failure to exit code; nobody is shown a stack trace. */
  private static ExitCode explained(Program program) {
    try {
      return program.run();
    } catch (ConfigProblems e) {
      return failed(ExitCode.CONFIGURATION_REFUSED, e);
    } catch (UnopenableLogException e) {
      return failed(ExitCode.CONFIGURATION_REFUSED, e);
    } catch (BindException e) {
      return failed(ExitCode.ADDRESS_IN_USE, e);
    } catch (StateException e) {
      return failed(ExitCode.STATE_UNUSABLE, e);
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED;
    } catch (IOException | RuntimeException e) {
      return failed(ExitCode.OTHER, e);
    } catch (Exception e) {
      return failed(ExitCode.OTHER, e);
    }
  }

  private static ExitCode failed(ExitCode code, Exception failure) {
    String message = failure.getMessage();
    System.err.println("crossfade: " + (message == null ? failure.toString() : message));
    return code;
  }
}
