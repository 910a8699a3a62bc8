package dev.crossfade.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a stream of events. */
final class EventReader implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final BufferedReader lines;

  EventReader(HttpResponse<InputStream> answer) {
    lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  /** An event. */
  record Event(String name, String id, JsonNode data) {}

  /** The next event, waited for; null at the end of the stream. */
  @Nullable Event next() throws IOException {
    String name = "";
    String id = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("event: ")) {
        name = line.substring("event: ".length());
      } else if (line.startsWith("id: ")) {
        id = line.substring("id: ".length());
      } else if (line.startsWith("data: ")) {
        return new Event(name, id, JSON.readTree(line.substring("data: ".length())));
      }
    }
    return null;
  }

  /** The next event of this name, waited for. */
  Event next(String name) throws IOException {
    while (true) {
      Event event = next();
      if (event == null) {
        throw new AssertionError("The stream ended before an event " + name);
      }
      if (event.name().equals(name)) {
        return event;
      }
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
