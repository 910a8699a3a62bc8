package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.Verb;

/** How many proxies an OPTIONS request may still pass (RFC 9110 §7.6.2). */
final class MaxForwards {
  /** Anything goes: another method, no such field, or a number that is none. */
  static final int UNLIMITED = -1;

  /** Nobody means a longer way; more digits than that are not looked at. */
  private static final int MAX_DIGITS = 5;

  private MaxForwards() {}

  /** What the request says, 0 … 99999 or {@link #UNLIMITED}. */
  static int of(RequestHead head) {
    FieldTable fields = head.fields();
    int field = head.verb() == Verb.OPTIONS ? fields.find(FieldName.MAX_FORWARDS, 0) : -1;
    if (field < 0) {
      return UNLIMITED;
    }
    int from = fields.valueStart(field);
    int to = fields.valueEnd(field);
    if (from == to || to - from > MAX_DIGITS) {
      return UNLIMITED;
    }
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = head.bytes()[i] - '0';
      if (digit < 0 || digit > 9) {
        return UNLIMITED;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
