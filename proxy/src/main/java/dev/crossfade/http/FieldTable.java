package dev.crossfade.http;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one head as offsets into its bytes (RFC 9112 §5). Used again for the next head;
 * confined to one thread. No String, no map, no object a field.
 */
public final class FieldTable {
  /** The head is not complete yet. */
  static final int INCOMPLETE = 0;

  /** The head is refused; {@link #problem} says why. */
  static final int REFUSED = -1;

  /** What {@link #contentLength} answers where there is no such field. */
  static final long NO_LENGTH = -1;

  /** Of Content-Length, with zeros in front, which mean nothing. */
  private static final int MAX_DIGITS = 64;

  private static final byte[] CLOSE = {'c', 'l', 'o', 's', 'e'};
  private static final byte[] KEEP_ALIVE = {'k', 'e', 'e', 'p', '-', 'a', 'l', 'i', 'v', 'e'};
  private static final byte[] UPGRADE = {'u', 'p', 'g', 'r', 'a', 'd', 'e'};
  private static final byte[] CHUNKED = {'c', 'h', 'u', 'n', 'k', 'e', 'd'};

  private final int[] nameStart;
  private final int[] nameEnd;
  private final int[] valueStart;
  private final int[] valueEnd;
  private final int[] lineEnd;
  private final FieldName[] name;

  private int count;
  private @Nullable HeadProblem problem;

  private boolean close;
  private boolean keepAlive;
  private boolean upgradeNamed;
  private boolean hopByHop;
  private boolean dated;
  private @Nullable Set<String> namedForChunks;

  FieldTable(int maxFields) {
    nameStart = new int[maxFields];
    nameEnd = new int[maxFields];
    valueStart = new int[maxFields];
    valueEnd = new int[maxFields];
    lineEnd = new int[maxFields];
    name = new FieldName[maxFields];
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** Which one it is. */
  public FieldName name(int field) {
    return name[field];
  }

  /** Where its line begins, and its name. */
  public int nameStart(int field) {
    return nameStart[field];
  }

  /** Behind its name. */
  public int nameEnd(int field) {
    return nameEnd[field];
  }

  /** Where its value begins, white space left out. */
  public int valueStart(int field) {
    return valueStart[field];
  }

  /** Behind its value, white space left out. */
  public int valueEnd(int field) {
    return valueEnd[field];
  }

  /** Behind its line, CR LF included. */
  public int lineEnd(int field) {
    return lineEnd[field];
  }

  /** The first field of that name at or behind {@code from}, -1 if there is none. */
  public int find(FieldName wanted, int from) {
    for (int i = from; i < count; i++) {
      if (name[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Whether Connection says {@code close}. */
  public boolean close() {
    return close;
  }

  /** Whether Connection says {@code keep-alive}. */
  public boolean keepAlive() {
    return keepAlive;
  }

  /** Whether Connection names Upgrade. */
  public boolean upgradeNamed() {
    return upgradeNamed;
  }

  /** Whether there is any field that must not be passed on to the next hop. */
  public boolean hopByHop() {
    return hopByHop;
  }

  /** Whether there is a Date that is passed on. */
  public boolean dated() {
    return dated;
  }

  /**
   * What Connection names besides {@code close}, {@code keep-alive} and {@code upgrade}, if there
   * may be a trailer section for it to hold of.
   */
  public HopFields hopFields() {
    return namedForChunks == null ? HopFields.NONE : new HopFields(namedForChunks);
  }

  @Nullable HeadProblem problem() {
    return problem;
  }

  int refuse(HeadProblem why) {
    problem = why;
    return REFUSED;
  }

  void clear() {
    count = 0;
    problem = null;
    close = false;
    keepAlive = false;
    upgradeNamed = false;
    hopByHop = false;
    dated = false;
    namedForChunks = null;
  }

  /**
   * Walks field lines up to and including the empty one.
   *
   * @return behind the empty line, {@link #INCOMPLETE} or {@link #REFUSED}
   */
  int scan(byte[] b, int from, int to) {
    int at = from;
    while (true) {
      if (at >= to) {
        return INCOMPLETE;
      }
      if (b[at] == '\r') {
        return endOfSection(b, at, to);
      }
      at = line(b, at, to);
      if (at <= 0) {
        return at;
      }
    }
  }

  private int endOfSection(byte[] b, int at, int to) {
    if (at + 1 >= to) {
      return INCOMPLETE;
    }
    if (b[at + 1] != '\n') {
      return refuse(HeadProblem.LINE_END);
    }
    readConnection(b);
    return at + 2;
  }

  private int line(byte[] b, int start, int to) {
    int colon = start;
    while (colon < to && Bytes.isToken(b[colon])) {
      colon++;
    }
    if (colon == to) {
      return INCOMPLETE;
    }
    if (b[colon] != ':' || colon == start) {
      return refuse(
          b[start] == '\n'
              ? HeadProblem.LINE_END
              : Bytes.isBlank(b[start]) ? HeadProblem.FOLDED : HeadProblem.FIELD_NAME);
    }
    int value = colon + 1;
    while (value < to && Bytes.isBlank(b[value])) {
      value++;
    }
    int end = Bytes.findControl(b, value, to);
    if (end + 1 >= to) {
      // A lone control character at the end may be the CR of a CR LF that is still to come.
      return end == to || b[end] == '\r' ? INCOMPLETE : refuseLineEnd(b[end]);
    }
    if (b[end] != '\r' || b[end + 1] != '\n') {
      return refuseLineEnd(b[end]);
    }
    if (count == name.length) {
      return refuse(HeadProblem.TOO_MANY_FIELDS);
    }
    int valueStop = end;
    while (valueStop > value && Bytes.isBlank(b[valueStop - 1])) {
      valueStop--;
    }
    note(b, start, colon, value, valueStop, end + 2);
    return end + 2;
  }

  private int refuseLineEnd(byte control) {
    return refuse(
        control == '\r' || control == '\n' ? HeadProblem.LINE_END : HeadProblem.FIELD_VALUE);
  }

  private void note(byte[] b, int start, int colon, int value, int valueStop, int next) {
    FieldName known = FieldName.of(b, start, colon);
    nameStart[count] = start;
    nameEnd[count] = colon;
    valueStart[count] = value;
    valueEnd[count] = valueStop;
    lineEnd[count] = next;
    name[count] = known;
    count++;
    switch (known) {
      case CONNECTION,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          PROXY_AUTHENTICATE,
          TE,
          UPGRADE,
          HTTP2_SETTINGS,
          X_CROSSFADE ->
          hopByHop = true;
      case DATE -> dated = true;
      default -> {}
    }
  }

  /** RFC 9110 §7.6.1: what Connection says of this hop, and which fields it takes with it. */
  private void readConnection(byte[] b) {
    for (int i = find(FieldName.CONNECTION, 0); i >= 0; i = find(FieldName.CONNECTION, i + 1)) {
      int at = valueStart[i];
      while (at < valueEnd[i]) {
        int end = at;
        while (end < valueEnd[i] && b[end] != ',') {
          end++;
        }
        int from = at;
        int to = end;
        while (from < to && Bytes.isBlank(b[from])) {
          from++;
        }
        while (to > from && Bytes.isBlank(b[to - 1])) {
          to--;
        }
        readOption(b, from, to);
        at = end + 1;
      }
    }
  }

  private void readOption(byte[] b, int from, int to) {
    if (from == to) {
      return;
    }
    if (Bytes.equalsIgnoreCase(b, from, to, KEEP_ALIVE)) {
      keepAlive = true;
    } else if (Bytes.equalsIgnoreCase(b, from, to, CLOSE)) {
      close = true;
    } else if (Bytes.equalsIgnoreCase(b, from, to, UPGRADE)) {
      upgradeNamed = true;
    } else {
      removeNamed(b, from, to);
    }
  }

  private void removeNamed(byte[] b, int from, int to) {
    if (hasTransferEncoding()) {
      Set<String> named = namedForChunks == null ? new HashSet<>() : namedForChunks;
      named.add(Bytes.lowerCase(b, from, to));
      namedForChunks = named;
    }
    for (int i = 0; i < count; i++) {
      if (name[i].removable() && Bytes.equalsIgnoreCase(b, nameStart[i], nameEnd[i], from, to)) {
        if (name[i] == FieldName.DATE) {
          dated = false;
        }
        name[i] = FieldName.HOP;
        hopByHop = true;
      }
    }
  }

  /**
   * The one Content-Length (RFC 9110 §8.6); no lists, not even of equal numbers.
   *
   * @return its value, {@link #NO_LENGTH} without the field, or {@link Long#MIN_VALUE} if refused
   */
  long contentLength(byte[] b) {
    int field = find(FieldName.CONTENT_LENGTH, 0);
    if (field < 0) {
      return NO_LENGTH;
    }
    int from = valueStart[field];
    int to = valueEnd[field];
    if (find(FieldName.CONTENT_LENGTH, field + 1) >= 0 || to == from || to - from > MAX_DIGITS) {
      return refuseLength();
    }
    while (from < to && b[from] == '0') {
      from++;
    }
    // 18 digits are below 2^63 in any case, and more than any body has.
    if (to - from > 18) {
      return refuseLength();
    }
    long length = 0;
    for (int i = from; i < to; i++) {
      if (!Bytes.isDigit(b[i])) {
        return refuseLength();
      }
      length = length * 10 + (b[i] - '0');
    }
    return length;
  }

  private long refuseLength() {
    refuse(HeadProblem.CONTENT_LENGTH);
    return Long.MIN_VALUE;
  }

  /** Whether there is a Transfer-Encoding at all. */
  boolean hasTransferEncoding() {
    return find(FieldName.TRANSFER_ENCODING, 0) >= 0;
  }

  /** Whether the only Transfer-Encoding is one {@code chunked} (RFC 9112 §6.1). */
  boolean isChunked(byte[] b) {
    int field = find(FieldName.TRANSFER_ENCODING, 0);
    return field >= 0
        && find(FieldName.TRANSFER_ENCODING, field + 1) < 0
        && Bytes.equalsIgnoreCase(b, valueStart[field], valueEnd[field], CHUNKED);
  }
}
