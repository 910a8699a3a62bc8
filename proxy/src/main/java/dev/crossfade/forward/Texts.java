package dev.crossfade.forward;

import dev.crossfade.http.Verb;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.Method;
import java.nio.charset.StandardCharsets;

/** Words that go out again and again, as bytes. Immutable. */
final class Texts {
  private final byte[][] sides = new byte[Side.values().length][];
  private final byte[][] reasons = new byte[Reason.values().length][];
  private final Method[] methods = new Method[Verb.values().length];

  Texts() {
    for (Side side : Side.values()) {
      sides[side.ordinal()] = ascii(side.label());
    }
    for (Reason reason : Reason.values()) {
      reasons[reason.ordinal()] = ascii(reason.label());
    }
    for (Verb verb : Verb.values()) {
      methods[verb.ordinal()] =
          verb == Verb.CONNECT || verb == Verb.OTHER ? Method.OTHER : Method.valueOf(verb.name());
    }
  }

  byte[] of(Side side) {
    return sides[side.ordinal()];
  }

  byte[] of(Reason reason) {
    return reasons[reason.ordinal()];
  }

  byte[] of(int bucket) {
    return ascii(Integer.toString(bucket));
  }

  Method method(Verb verb) {
    return methods[verb.ordinal()];
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
