package dev.crossfade.cli;

import java.io.StringWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON objects that changes are asked for with. */
final class Body {
  private Body() {}

  /** An object with what the writer puts into it. */
  static String of(Consumer<JsonGenerator> members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      members.accept(json);
      json.writeEndObject();
    }
    return text.toString();
  }

  /** An object with a reason, or no body at all where there is none. */
  static String ofReason(String reason) {
    return reason.isEmpty() ? "" : of(json -> json.writeStringProperty("reason", reason));
  }
}
