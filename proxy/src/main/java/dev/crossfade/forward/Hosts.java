package dev.crossfade.forward;

import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The configured value of Host for a side, as bytes. Confined to one event loop. */
final class Hosts {
  private @Nullable TrafficPlan of;
  private byte @Nullable [] oldHost;
  private byte @Nullable [] newHost;

  byte @Nullable [] of(TrafficPlan plan, Side side) {
    if (plan != of) {
      of = plan;
      oldHost = bytes(plan.upstream(Side.OLD).host());
      newHost = bytes(plan.upstream(Side.NEW).host());
    }
    return side == Side.OLD ? oldHost : newHost;
  }

  private static byte @Nullable [] bytes(@Nullable String host) {
    return host == null ? null : host.getBytes(StandardCharsets.US_ASCII);
  }
}
