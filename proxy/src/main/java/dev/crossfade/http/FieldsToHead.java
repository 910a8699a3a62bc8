package dev.crossfade.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes the head of an HTTP/1.1 request of the fields in which HTTP/2 brings it (RFC 9113 §8), so
 * that one scanner judges both and everything behind it is the same. Refuses what the RFC calls
 * malformed, and lets no byte through that would mean something else in HTTP/1. Writes into one
 * array and is used again for the next head; confined to one thread.
 *
 * <p>Call {@link #begin} or {@link #beginTrailers}, {@link #field} for each, then {@link #end}.
 */
public final class FieldsToHead {
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] HOST = ascii("host: ");
  private static final byte[] COOKIE = ascii("cookie: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] NO_CONTENT = ascii("content-length: 0\r\n");
  private static final byte[] BLANK = ascii(" ");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] COLON = ascii(": ");
  private static final byte[] CRUMB = ascii("; ");
  private static final byte[] TRAILERS = ascii("trailers");
  private static final byte[] HTTP = ascii("http");
  private static final byte[] HTTPS = ascii("https");

  /** The pseudo-header fields of a request (RFC 9113 §8.3.1). */
  private static final byte[][] PSEUDO = {
    ascii(":method"), ascii(":scheme"), ascii(":authority"), ascii(":path")
  };

  private static final int METHOD = 0;
  private static final int SCHEME = 1;
  private static final int AUTHORITY = 2;
  private static final int PATH = 3;

  private final byte[] out;
  private final byte[][] pseudo = new byte[PSEUDO.length][];
  private final int[] pseudoFrom = new int[PSEUDO.length];
  private final int[] pseudoTo = new int[PSEUDO.length];
  private byte[] cookies = new byte[256];

  private boolean trailers;
  private boolean inFields;
  private boolean lengthGiven;
  private int cookieLength;
  private int length;
  private Verb verb = Verb.OTHER;
  private @Nullable HeadProblem problem;

  /**
   * @param out where heads are written; its length is the most that one may have
   */
  public FieldsToHead(byte[] out) {
    this.out = out;
  }

  /** Begins a request's head. */
  public void begin() {
    trailers = false;
    reset();
  }

  /** Begins a trailer section. */
  public void beginTrailers() {
    trailers = true;
    reset();
  }

  private void reset() {
    inFields = false;
    lengthGiven = false;
    cookieLength = 0;
    length = 0;
    verb = Verb.OTHER;
    problem = null;
    Arrays.fill(pseudo, null);
  }

  /**
   * The next field, pseudo or not.
   *
   * @param n with the name from {@code nameFrom} to {@code nameTo}; its bytes must not change
   *     before {@link #end}
   * @param v with the value, likewise
   */
  public void field(byte[] n, int nameFrom, int nameTo, byte[] v, int from, int to) {
    if (problem != null) {
      return;
    }
    if (nameTo > nameFrom && n[nameFrom] == ':') {
      pseudoField(n, nameFrom, nameTo, v, from, to);
      return;
    }
    if (!isName(n, nameFrom, nameTo)) {
      problem = HeadProblem.UPPER_CASE;
    } else if (!isValue(v, from, to)) {
      problem = HeadProblem.FIELD_VALUE;
    } else if (to > from && (Bytes.isBlank(v[from]) || Bytes.isBlank(v[to - 1]))) {
      problem = HeadProblem.FIELD_BLANKS;
    } else if (trailers) {
      trailer(n, nameFrom, nameTo, v, from, to);
    } else {
      if (!inFields) {
        requestLine();
      }
      if (problem == null) {
        ordinary(n, nameFrom, nameTo, v, from, to);
      }
    }
  }

  private void pseudoField(byte[] n, int nameFrom, int nameTo, byte[] v, int from, int to) {
    int which = 0;
    while (which < PSEUDO.length
        && !Arrays.equals(PSEUDO[which], 0, PSEUDO[which].length, n, nameFrom, nameTo)) {
      which++;
    }
    // Unknown, behind others, or twice: RFC 9113 §8.3.
    if (trailers || inFields || which == PSEUDO.length || pseudo[which] != null) {
      problem = HeadProblem.PSEUDO_FIELD;
      return;
    }
    pseudo[which] = v;
    pseudoFrom[which] = from;
    pseudoTo[which] = to;
  }

  /** What stands in one line here must be found in one line by who reads it. */
  private void requestLine() {
    inFields = true;
    byte[] method = pseudo[METHOD];
    if (method == null || !isToken(method, pseudoFrom[METHOD], pseudoTo[METHOD])) {
      problem = method == null ? HeadProblem.PSEUDO_FIELD : HeadProblem.METHOD;
      return;
    }
    verb = Verb.of(method, pseudoFrom[METHOD], pseudoTo[METHOD]);
    int target = verb == Verb.CONNECT ? AUTHORITY : PATH;
    boolean complete =
        verb == Verb.CONNECT
            ? pseudo[AUTHORITY] != null && pseudo[PATH] == null && pseudo[SCHEME] == null
            : pseudo[PATH] != null && isHttp();
    if (!complete) {
      problem = HeadProblem.PSEUDO_FIELD;
      return;
    }
    if (!isTarget(pseudo[target], pseudoFrom[target], pseudoTo[target])) {
      problem = HeadProblem.TARGET;
      return;
    }
    write(method, pseudoFrom[METHOD], pseudoTo[METHOD]);
    write(BLANK);
    write(pseudo[target], pseudoFrom[target], pseudoTo[target]);
    write(VERSION);
    if (pseudo[AUTHORITY] != null) {
      authority(pseudo[AUTHORITY], pseudoFrom[AUTHORITY], pseudoTo[AUTHORITY]);
    }
  }

  private void authority(byte[] b, int from, int to) {
    if (HostName.isValid(b, from, to)) {
      write(HOST);
      write(b, from, to);
      write(CRLF);
    } else {
      problem = HeadProblem.HOST;
    }
  }

  private boolean isHttp() {
    byte[] b = pseudo[SCHEME];
    return b != null
        && (Bytes.equalsIgnoreCase(b, pseudoFrom[SCHEME], pseudoTo[SCHEME], HTTP)
            || Bytes.equalsIgnoreCase(b, pseudoFrom[SCHEME], pseudoTo[SCHEME], HTTPS));
  }

  /** Origin-form, or asterisk-form with OPTIONS; no other form has a meaning in {@code :path}. */
  private boolean isTarget(byte[] b, int from, int to) {
    boolean form =
        to > from
            && (b[from] == '/'
                || verb == Verb.CONNECT
                || verb == Verb.OPTIONS && to == from + 1 && b[from] == '*');
    for (int i = from; i < to && form; i++) {
      form = Bytes.isTarget(b[i]);
    }
    return form;
  }

  private void ordinary(byte[] n, int nameFrom, int nameTo, byte[] v, int from, int to) {
    switch (FieldName.of(n, nameFrom, nameTo)) {
      case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE -> {
        problem = HeadProblem.CONNECTION_FIELD;
        return;
      }
      case TE -> {
        if (!Bytes.equalsIgnoreCase(v, from, to, TRAILERS)) {
          problem = HeadProblem.CONNECTION_FIELD;
          return;
        }
      }
      case COOKIE -> {
        crumb(v, from, to);
        return;
      }
      case HOST -> {
        if (pseudo[AUTHORITY] != null) {
          repeatedHost(v, from, to);
          return;
        }
      }
      case CONTENT_LENGTH -> lengthGiven = true;
      default -> {}
    }
    line(n, nameFrom, nameTo, v, from, to);
  }

  /** RFC 9113 §8.3.1: {@code :authority} is written as Host, and Host must not say otherwise. */
  private void repeatedHost(byte[] v, int from, int to) {
    int same = pseudoTo[AUTHORITY] - pseudoFrom[AUTHORITY];
    boolean equal = same == to - from;
    for (int i = 0; i < same && equal; i++) {
      equal = Bytes.lower(pseudo[AUTHORITY][pseudoFrom[AUTHORITY] + i]) == Bytes.lower(v[from + i]);
    }
    if (!equal) {
      problem = HeadProblem.HOST;
    }
  }

  /** RFC 9113 §8.2.3: joined again before they leave HTTP/2. */
  private void crumb(byte[] v, int from, int to) {
    int more = to - from + CRUMB.length;
    if (cookieLength + more > out.length) {
      problem = HeadProblem.HEAD_TOO_LARGE;
      return;
    }
    if (cookieLength + more > cookies.length) {
      cookies = Arrays.copyOf(cookies, Math.max(cookies.length * 2, cookieLength + more));
    }
    if (cookieLength > 0) {
      System.arraycopy(CRUMB, 0, cookies, cookieLength, CRUMB.length);
      cookieLength += CRUMB.length;
    }
    System.arraycopy(v, from, cookies, cookieLength, to - from);
    cookieLength += to - from;
  }

  private void trailer(byte[] n, int nameFrom, int nameTo, byte[] v, int from, int to) {
    if (TrailerSection.forbids(n, nameFrom, nameTo)) {
      problem = HeadProblem.TRAILER;
    } else {
      line(n, nameFrom, nameTo, v, from, to);
    }
  }

  private void line(byte[] n, int nameFrom, int nameTo, byte[] v, int from, int to) {
    write(n, nameFrom, nameTo);
    write(COLON);
    write(v, from, to);
    write(CRLF);
  }

  /**
   * That was all.
   *
   * @param endsStream whether no body follows
   * @return why it is refused, null if it is not
   */
  public @Nullable HeadProblem end(boolean endsStream) {
    if (problem == null && !trailers) {
      endHead(endsStream);
    }
    if (problem == null) {
      write(CRLF);
    }
    Arrays.fill(pseudo, null);
    return problem;
  }

  private void endHead(boolean endsStream) {
    if (!inFields) {
      requestLine();
    }
    if (problem != null) {
      return;
    }
    if (cookieLength > 0) {
      write(COOKIE);
      write(cookies, 0, cookieLength);
      write(CRLF);
    }
    if (lengthGiven || verb == Verb.CONNECT) {
      return;
    }
    if (!endsStream) {
      write(CHUNKED);
    } else if (verb == Verb.POST || verb == Verb.PUT || verb == Verb.PATCH) {
      // RFC 9110 §8.6: where content is expected, say that there is none.
      write(NO_CONTENT);
    }
  }

  private void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  private void write(byte[] b, int from, int to) {
    if (problem != null) {
      return;
    }
    if (to - from > out.length - length) {
      problem = HeadProblem.HEAD_TOO_LARGE;
    } else {
      System.arraycopy(b, from, out, length, to - from);
      length += to - from;
    }
  }

  private static boolean isName(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Bytes.isToken(b[i]) || b[i] >= 'A' && b[i] <= 'Z') {
        return false;
      }
    }
    return to > from;
  }

  private static boolean isToken(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Bytes.isToken(b[i])) {
        return false;
      }
    }
    return to > from;
  }

  private static boolean isValue(byte[] b, int from, int to) {
    return Bytes.findControl(b, from, to) == to;
  }

  /** How long the head or the trailer section is, its empty line included. */
  public int length() {
    return length;
  }

  /** The method, as far as it could be read. */
  public Verb verb() {
    return verb;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
