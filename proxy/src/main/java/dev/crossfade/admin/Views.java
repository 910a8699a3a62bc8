package dev.crossfade.admin;

import dev.crossfade.admin.VisitorEstimate.Moving;
import dev.crossfade.control.Change;
import dev.crossfade.control.Preview;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.upstream.UpstreamView;
import dev.crossfade.upstream.UpstreamView.Condition;
import dev.crossfade.upstream.UpstreamView.EndpointView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What the API shows, as JSON. */
final class Views {
  private Views() {}

  static byte[] state(ControlState state, boolean durable) {
    return Json.write(
        json -> {
          members(json, state);
          if (!durable) {
            json.writeBooleanProperty("durable", false);
          }
        });
  }

  static byte[] reloaded(ControlState state, List<String> changed) {
    return Json.write(
        json -> {
          members(json, state);
          json.writeArrayPropertyStart("changed");
          changed.forEach(json::writeString);
          json.writeEndArray();
        });
  }

  private static void members(JsonGenerator json, ControlState state) {
    json.writeNumberProperty("revision", state.revision());
    json.writeNumberProperty("percent", state.percent().value());
    json.writeNumberProperty("epoch", state.epoch());
    json.writeObjectPropertyStart("maintenance");
    json.writeBooleanProperty("old", state.maintenance().oldSide());
    json.writeBooleanProperty("new", state.maintenance().newSide());
    json.writeBooleanProperty("freeze-writes", state.maintenance().freezeWrites());
    json.writeEndObject();
    json.writeStringProperty("changed-at", state.changedAt().toString());
    json.writeStringProperty("changed-by", state.changedBy());
    json.writeStringProperty("reason", state.reason());
  }

  static byte[] preview(Preview preview, Moving moving) {
    return Json.write(
        json -> {
          json.writeBooleanProperty("dry-run", true);
          json.writeNumberProperty("revision", preview.now().revision());
          json.writeNumberProperty("from", preview.now().percent().value());
          json.writeNumberProperty("to", preview.then().percent().value());
          json.writeNumberProperty("visitors-seen", moving.seen());
          json.writeObjectPropertyStart("visitors-moving");
          json.writeNumberProperty("to-new", moving.toNew());
          json.writeNumberProperty("to-old", moving.toOld());
          json.writeEndObject();
        });
  }

  static byte[] history(List<Change> newestFirst) {
    return Json.write(
        json -> {
          json.writeArrayPropertyStart("changes");
          for (Change change : newestFirst) {
            ControlState state = change.state();
            json.writeStartObject();
            json.writeNumberProperty("revision", state.revision());
            json.writeStringProperty("when", state.changedAt().toString());
            json.writeStringProperty("who", state.changedBy());
            json.writeStringProperty("what", change.what());
            json.writeStringProperty("reason", state.reason());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  static byte[] upstreams(TrafficPlan plan, UpstreamView upstreams) {
    return Json.write(
        json -> {
          for (Side side : Side.values()) {
            json.writeObjectPropertyStart(side.label());
            json.writeArrayPropertyStart("endpoints");
            for (EndpointView endpoint : upstreams.endpoints(side)) {
              endpoint(json, plan.state(), side, endpoint);
            }
            json.writeEndArray();
            json.writeEndObject();
          }
        });
  }

  private static void endpoint(
      JsonGenerator json, ControlState state, Side side, EndpointView endpoint) {
    json.writeStartObject();
    json.writeStringProperty("address", endpoint.address());
    json.writeStringProperty(
        "state", state.endpoint(new EndpointKey(side, endpoint.address())).label());
    json.writeBooleanProperty("healthy", endpoint.healthy());
    json.writeObjectPropertyStart("connections");
    json.writeNumberProperty("active", endpoint.active());
    json.writeNumberProperty("idle", endpoint.idle());
    json.writeEndObject();
    optional(json, "last-failure", endpoint.lastFailure());
    Instant at = endpoint.lastFailureAt();
    optional(json, "last-failure-at", at == null ? null : at.toString());
    condition(json, endpoint.condition());
    json.writeEndObject();
  }

  private static void condition(JsonGenerator json, Condition condition) {
    json.writeStringProperty("health", condition.health());
    Instant since = condition.since();
    optional(json, "since", since == null ? null : since.toString());
    json.writeNumberProperty("weight", condition.weight());
    json.writeArrayPropertyStart("addresses");
    condition.addresses().forEach(json::writeString);
    json.writeEndArray();
    json.writeNumberProperty("waiting", condition.waiting());
    json.writeNumberProperty("good-answers", condition.good());
    json.writeNumberProperty("failed-answers", condition.failed());
    json.writeNumberProperty("changes", condition.changes());
    json.writeNumberProperty("ejections", condition.ejections());
    json.writeNumberProperty("failed-probes", condition.failedProbes());
  }

  private static void optional(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  static byte[] explanation(Explanation explanation) {
    return Json.write(
        json -> {
          json.writeStringProperty("side", explanation.side().label());
          json.writeStringProperty("reason", explanation.reason().label());
          Integer bucket = explanation.bucket();
          if (bucket != null) {
            json.writeNumberProperty("bucket", bucket);
          }
          String rule = explanation.rule();
          if (rule != null) {
            json.writeStringProperty("rule", rule);
          }
        });
  }
}
