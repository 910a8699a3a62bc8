package dev.crossfade.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** Shows the endpoints. */
@Command(name = "upstreams", description = "Show the endpoints of both sides and how they are.")
final class UpstreamsCommand extends AdminCommand {
  UpstreamsCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) {
    return show(admin.get("/upstreams"), this::table);
  }

  private String table(JsonObject upstreams) {
    return Text.table(
        List.of("SIDE", "ENDPOINT", "STATE", "HEALTH", "IN USE", "IDLE", "LAST FAILURE"),
        Endpoint.all(upstreams).stream().map(UpstreamsCommand::row).toList(),
        surroundings().colours());
  }

  private static List<String> row(Endpoint endpoint) {
    JsonObject view = endpoint.view();
    JsonObject connections = view.object("connections");
    return List.of(
        endpoint.side(),
        endpoint.address(),
        view.text("state", "?"),
        // An older proxy says no more than whether.
        view.text("health", view.flag("healthy") ? "healthy" : "unhealthy"),
        connections.text("active", "?"),
        connections.text("idle", "?"),
        (view.text("last-failure", "") + " " + view.text("last-failure-at", "")).strip());
  }
}
