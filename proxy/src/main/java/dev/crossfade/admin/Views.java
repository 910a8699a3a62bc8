package dev.crossfade.admin;

import dev.crossfade.admin.RecentTraffic.Moment;
import dev.crossfade.admin.RecentTraffic.SideTraffic;
import dev.crossfade.admin.Tokens.Role;
import dev.crossfade.admin.VisitorEstimate.Moving;
import dev.crossfade.control.Change;
import dev.crossfade.control.Preview;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.Percent;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Anonymous;
import dev.crossfade.split.Side;
import dev.crossfade.upstream.UpstreamView;
import dev.crossfade.upstream.UpstreamView.Condition;
import dev.crossfade.upstream.UpstreamView.EndpointView;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
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
            endpoints(json, plan.state(), side, upstreams);
            json.writeEndObject();
          }
        });
  }

  private static void endpoints(
      JsonGenerator json, ControlState state, Side side, UpstreamView upstreams) {
    json.writeArrayPropertyStart("endpoints");
    for (EndpointView endpoint : upstreams.endpoints(side)) {
      endpoint(json, state, side, endpoint);
    }
    json.writeEndArray();
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

  static byte[] stateEvent(ControlState state, boolean durable) {
    return Json.write(json -> stateAndDurable(json, state, durable));
  }

  private static void stateAndDurable(JsonGenerator json, ControlState state, boolean durable) {
    json.writeObjectPropertyStart("state");
    members(json, state);
    json.writeEndObject();
    json.writeBooleanProperty("durable", durable);
  }

  static byte[] snapshot(@Nullable Role role, List<Moment> recent, Present present) {
    return Json.write(
        json -> {
          optional(json, "role", role == null ? null : role.name().toLowerCase(Locale.ROOT));
          recent(json, recent);
          json.writeObjectPropertyStart("now");
          present(json, present);
          json.writeEndObject();
        });
  }

  static byte[] second(Present present) {
    return Json.write(json -> present(json, present));
  }

  private static void present(JsonGenerator json, Present present) {
    Moment moment = present.moment();
    ControlState state = present.plan().state();
    json.writeStringProperty("at", moment.at().toString());
    stateAndDurable(json, state, present.durable());
    optional(json, "not-ready", present.obstacle());
    json.writeBooleanProperty("failover", present.failover());
    json.writeName("share-seen");
    hundredths(json, scaled(present.shareSeen(), 100));
    side(json, present, Side.OLD, moment.oldSide());
    side(json, present, Side.NEW, moment.newSide());
  }

  private static void side(JsonGenerator json, Present present, Side side, SideTraffic traffic) {
    json.writeObjectPropertyStart(side.label());
    json.writeNumberProperty("visitors", present.visitors().of(side));
    json.writeBooleanProperty("available", present.upstreams().available(side));
    json.writeName("requests");
    hundredths(json, OptionalDouble.of(traffic.requests()));
    json.writeName("errors");
    hundredths(json, OptionalDouble.of(traffic.errors()));
    json.writeName("closed");
    hundredths(json, OptionalDouble.of(traffic.closed()));
    json.writeName("p50");
    hundredths(json, scaled(traffic.medianSeconds(), 1000));
    json.writeName("p99");
    hundredths(json, scaled(traffic.p99Seconds(), 1000));
    endpoints(json, present.plan().state(), side, present.upstreams());
    json.writeEndObject();
  }

  /** By columns, as charts want them. */
  private static void recent(JsonGenerator json, List<Moment> recent) {
    json.writeObjectPropertyStart("recent");
    json.writeArrayPropertyStart("at");
    recent.forEach(moment -> json.writeNumber(moment.at().toEpochMilli()));
    json.writeEndArray();
    json.writeArrayPropertyStart("percent");
    recent.forEach(moment -> json.writeNumber(new Percent(moment.threshold()).value()));
    json.writeEndArray();
    columns(json, Side.OLD, recent, Moment::oldSide);
    columns(json, Side.NEW, recent, Moment::newSide);
    json.writeEndObject();
  }

  private static void columns(
      JsonGenerator json, Side side, List<Moment> recent, Function<Moment, SideTraffic> of) {
    List<SideTraffic> traffic = recent.stream().map(of).toList();
    json.writeObjectPropertyStart(side.label());
    column(json, "requests", traffic, moment -> OptionalDouble.of(moment.requests()));
    column(json, "errors", traffic, moment -> OptionalDouble.of(moment.errors()));
    column(json, "p50", traffic, moment -> scaled(moment.medianSeconds(), 1000));
    column(json, "p99", traffic, moment -> scaled(moment.p99Seconds(), 1000));
    json.writeEndObject();
  }

  private static void column(
      JsonGenerator json,
      String name,
      List<SideTraffic> traffic,
      Function<SideTraffic, OptionalDouble> of) {
    json.writeArrayPropertyStart(name);
    traffic.forEach(moment -> hundredths(json, of.apply(moment)));
    json.writeEndArray();
  }

  private static OptionalDouble scaled(OptionalDouble value, double by) {
    return value.isEmpty() ? value : OptionalDouble.of(value.getAsDouble() * by);
  }

  /** Rounded to hundredths; null if there is none. */
  private static void hundredths(JsonGenerator json, OptionalDouble value) {
    if (value.isEmpty()) {
      json.writeNull();
    } else {
      json.writeNumber(Math.round(value.getAsDouble() * 100) / 100.0);
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
          Anonymous anonymous = explanation.anonymous();
          if (anonymous != null) {
            json.writeStringProperty("anonymous", anonymous.name().toLowerCase(Locale.ROOT));
          }
        });
  }
}
