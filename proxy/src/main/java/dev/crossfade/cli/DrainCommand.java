package dev.crossfade.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes an endpoint out of service, or back; waits, where it is told to, until it is empty. */
@Command(name = "drain", description = "Give an endpoint no new request; those under way finish.")
final class DrainCommand extends AdminCommand {
  @Parameters(
      paramLabel = "ENDPOINT",
      description = "As in the configuration: host:port, [v6]:port or unix:/path.")
  private String endpoint = "";

  @Option(
      names = "--state",
      paramLabel = "ready|drain|maint",
      defaultValue = "drain",
      description = "ready puts it back, maint ends its health probes too.")
  private String state = "drain";

  @Option(
      names = "--side",
      paramLabel = "old|new",
      description = "Needed only where both sides have this endpoint.")
  private @Nullable String side;

  @Option(
      names = "--wait",
      description = "Come back only when no request is under way there any more.")
  private boolean wait;

  DrainCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) throws InterruptedException {
    String its = sideOf(admin);
    String path = "/upstreams/" + its + "/endpoints/" + encoded(endpoint);
    Answer answer =
        admin.change("PUT", path, Body.of(json -> json.writeStringProperty("state", state)), null);
    show(answer, changed -> Text.visible(endpoint) + " is in state " + state + "\n");
    if (wait && !state.equals("ready")) {
      waitUntilEmpty(admin, its);
    }
    return ExitCode.DONE;
  }

  private void waitUntilEmpty(AdminClient admin, String its) throws InterruptedException {
    int told = -1;
    for (int left = underWay(admin, its); left > 0; left = underWay(admin, its)) {
      if (left != told) {
        surroundings().err().println(left + (left == 1 ? " request" : " requests") + " under way");
        told = left;
      }
      surroundings().pace().pause();
    }
    if (!wantsJson()) {
      surroundings().out().print(Text.visible(endpoint) + " is empty\n");
    }
  }

  /** None, too, where a reload has taken the endpoint away meanwhile. */
  private int underWay(AdminClient admin, String its) {
    return Endpoint.all(admin.get("/upstreams").object()).stream()
        .filter(one -> one.side().equals(its) && one.address().equals(endpoint))
        .mapToInt(
            one ->
                Integer.parseInt(one.view().object("connections").text("active", "0"))
                    + Integer.parseInt(one.view().text("waiting", "0")))
        .sum();
  }

  private String sideOf(AdminClient admin) {
    List<Endpoint> all = Endpoint.all(admin.get("/upstreams").object());
    List<String> sides =
        all.stream()
            .filter(one -> one.address().equals(endpoint))
            .map(Endpoint::side)
            .filter(one -> side == null || side.equals(one))
            .distinct()
            .toList();
    if (sides.size() > 1) {
      throw new CommandFailure(
          ExitCode.VALUE_REFUSED,
          Text.visible(endpoint) + " is an endpoint of both sides; say which with --side.");
    }
    if (sides.isEmpty()) {
      throw new CommandFailure(
          ExitCode.VALUE_REFUSED,
          "'"
              + Text.visible(endpoint)
              + "' is no endpoint"
              + (side == null ? "" : " of " + Text.visible(side))
              + "; there are: "
              + String.join(", ", all.stream().map(Endpoint::address).distinct().toList())
              + ".");
    }
    return sides.get(0);
  }

  /** One segment of a path; a blank there is never a plus. */
  private static String encoded(String address) {
    return URLEncoder.encode(address, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
