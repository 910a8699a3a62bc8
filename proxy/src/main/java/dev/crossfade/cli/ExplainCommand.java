package dev.crossfade.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks which side a request would get. */
@Command(name = "explain", description = "Show which side a request would get now, and why.")
final class ExplainCommand extends AdminCommand {
  @Option(
      names = "--method",
      paramLabel = "M",
      defaultValue = "GET",
      description = "Default ${DEFAULT-VALUE}.")
  private String method = "GET";

  @Option(
      names = "--path",
      paramLabel = "P",
      defaultValue = "/",
      description = "Default ${DEFAULT-VALUE}.")
  private String path = "/";

  @Option(
      names = "--cookie",
      paramLabel = "C",
      description = "The whole Cookie header, such as 'PHPSESSID=abc; upgrade=1'.")
  private @Nullable String cookie;

  @Option(names = "--host", paramLabel = "HOST", description = "The Host header.")
  private @Nullable String host;

  @Option(names = "--client", paramLabel = "ADDRESS", description = "The client's IP address.")
  private @Nullable String client;

  @Option(
      names = "--header",
      paramLabel = "NAME:VALUE",
      description = "Another header; may be given several times.")
  private List<String> headers = new ArrayList<>();

  ExplainCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) {
    StringBuilder query = new StringBuilder("/explain?method=").append(encoded(method));
    append(query, "path", path);
    append(query, "cookie", cookie);
    append(query, "host", host);
    append(query, "client", client);
    headers.forEach(header -> append(query, "header", header));
    return show(admin.get(query.toString()), this::table);
  }

  private static void append(StringBuilder query, String name, @Nullable String value) {
    if (value != null) {
      query.append('&').append(name).append('=').append(encoded(value));
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String table(JsonObject decision) {
    List<List<String>> rows = new ArrayList<>();
    for (String name : List.of("side", "reason", "rule", "bucket")) {
      if (decision.has(name)) {
        rows.add(List.of(name, decision.text(name, "")));
      }
    }
    return Text.table(List.of(), rows, surroundings().colours());
  }
}
