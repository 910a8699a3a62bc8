package dev.crossfade.control;

import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.Maintenance;
import dev.crossfade.plan.Percent;
import dev.crossfade.split.Side;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A change as one line of JSON, for {@code tail} and {@code jq}. The first member is the CRC-32C
 * (RFC 3720 appendix B.4) of all bytes behind it, so that a torn or damaged line is told from a
 * good one.
 */
final class ChangeRecord {
  private static final String PREFIX = "{\"crc32c\":\"";
  private static final int CHECKSUM_DIGITS = 8;
  private static final int SUMMED_FROM = PREFIX.length() + CHECKSUM_DIGITS;
  private static final JsonFactory JSON = new JsonFactory();

  private ChangeRecord() {}

  /** The line, its end included. */
  static byte[] encode(Change change) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("crc32c", "0".repeat(CHECKSUM_DIGITS));
      writeState(json, change.state());
      json.writeStringProperty("kind", change.kind().label());
      json.writeStringProperty("what", change.what());
      json.writeEndObject();
    }
    byte[] line = Arrays.copyOf(bytes.toByteArray(), bytes.size() + 1);
    line[line.length - 1] = '\n';
    byte[] sum = checksum(line, 0, line.length - 1).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(sum, 0, line, PREFIX.length(), CHECKSUM_DIGITS);
    return line;
  }

  private static void writeState(JsonGenerator json, ControlState state) {
    json.writeNumberProperty("revision", state.revision());
    json.writeNumberProperty("percent", state.percent().value());
    json.writeNumberProperty("epoch", state.epoch());
    json.writeObjectPropertyStart("maintenance");
    json.writeBooleanProperty("old", state.maintenance().oldSide());
    json.writeBooleanProperty("new", state.maintenance().newSide());
    json.writeBooleanProperty("freeze-writes", state.maintenance().freezeWrites());
    json.writeEndObject();
    json.writeBooleanProperty("upgrade-honoured", state.upgradeHonoured());
    json.writeArrayPropertyStart("endpoints");
    for (EndpointKey key : EndpointOrder.union(state.endpoints(), Map.of())) {
      json.writeStartObject();
      json.writeStringProperty("side", key.side().label());
      json.writeStringProperty("address", key.address());
      json.writeStringProperty("state", state.endpoint(key).label());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringProperty("changed-at", state.changedAt().toString());
    json.writeStringProperty("changed-by", state.changedBy());
    json.writeStringProperty("reason", state.reason());
  }

  /**
   * The change that a line holds; null if the line is torn or damaged.
   *
   * @param to behind the last byte of the line, its end not included
   */
  static @Nullable Change decode(byte[] bytes, int from, int to) {
    if (to - from <= SUMMED_FROM
        || !text(bytes, from, from + PREFIX.length()).equals(PREFIX)
        || !text(bytes, from + PREFIX.length(), from + SUMMED_FROM)
            .equals(checksum(bytes, from, to))) {
      return null;
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes, from, to - from)) {
      return json.nextToken() == JsonToken.START_OBJECT ? new Fields().read(json) : null;
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      return null; // summed up well, but not by us
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static String checksum(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from + SUMMED_FROM, to - from - SUMMED_FROM);
    return String.format("%08x", crc.getValue());
  }

  /** The members of a line while it is read; members of later versions are passed over. */
  private static final class Fields {
    private long revision;
    private int threshold = -1;
    private int epoch = -1;
    private Maintenance maintenance = Maintenance.NONE;
    private boolean upgradeHonoured = true;
    private final Map<EndpointKey, EndpointState> endpoints = new HashMap<>();
    private Instant changedAt = Instant.EPOCH;
    private String changedBy = "";
    private String reason = "";
    private @Nullable ChangeKind kind;
    private String what = "";

    @Nullable Change read(JsonParser json) {
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        json.nextToken();
        readMember(name, json);
      }
      if (kind == null) {
        return null;
      }
      ControlState state =
          new ControlState(
              revision,
              threshold,
              epoch,
              maintenance,
              upgradeHonoured,
              endpoints,
              changedAt,
              changedBy,
              reason);
      return new Change(state, kind, what);
    }

    private void readMember(String name, JsonParser json) {
      switch (name) {
        case "revision" -> revision = json.getLongValue();
        case "percent" -> threshold = Percent.of(json.getDecimalValue()).threshold();
        case "epoch" -> epoch = json.getIntValue();
        case "maintenance" -> maintenance = readMaintenance(json);
        case "upgrade-honoured" -> upgradeHonoured = json.getBooleanValue();
        case "endpoints" -> readEndpoints(json);
        case "changed-at" -> changedAt = Instant.parse(json.getString());
        case "changed-by" -> changedBy = json.getString();
        case "reason" -> reason = json.getString();
        case "kind" -> kind = ChangeKind.labelled(json.getString());
        case "what" -> what = json.getString();
        default -> json.skipChildren();
      }
    }

    private static Maintenance readMaintenance(JsonParser json) {
      boolean oldSide = false;
      boolean newSide = false;
      boolean freezeWrites = false;
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        json.nextToken();
        switch (name) {
          case "old" -> oldSide = json.getBooleanValue();
          case "new" -> newSide = json.getBooleanValue();
          case "freeze-writes" -> freezeWrites = json.getBooleanValue();
          default -> json.skipChildren();
        }
      }
      return new Maintenance(oldSide, newSide, freezeWrites);
    }

    private void readEndpoints(JsonParser json) {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        Side side = Side.OLD;
        String address = "";
        EndpointState state = EndpointState.READY;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
          json.nextToken();
          switch (name) {
            case "side" -> side = json.getString().equals("new") ? Side.NEW : Side.OLD;
            case "address" -> address = json.getString();
            case "state" -> state = stateLabelled(json.getString());
            default -> json.skipChildren();
          }
        }
        endpoints.put(new EndpointKey(side, address), state);
      }
    }

    private static EndpointState stateLabelled(String label) {
      for (EndpointState state : EndpointState.values()) {
        if (state.label().equals(label)) {
          return state;
        }
      }
      throw new IllegalArgumentException("No endpoint state is called " + label + ".");
    }
  }
}
