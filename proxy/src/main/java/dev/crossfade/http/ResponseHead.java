package dev.crossfade.http;

import org.jspecify.annotations.Nullable;

/**
 * A response's head as offsets into its bytes, walked once and as strictly as a request's (RFC 9112
 * §4, §5, §6.3). Used again for the next head; confined to one thread.
 */
public final class ResponseHead {
  /** What {@link #scan} answers while the head is not complete. */
  public static final int INCOMPLETE = FieldTable.INCOMPLETE;

  /** What {@link #scan} answers if the head is refused. */
  public static final int REFUSED = FieldTable.REFUSED;

  /** How long the body is (RFC 9112 §6.3). */
  public enum Body {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '1', '.'};

  /** Of {@code HTTP/1.1 200}. */
  private static final int STATUS_LENGTH = 12;

  private final FieldTable fields;

  private byte[] bytes = new byte[0];
  private int start;
  private int reasonStart;
  private int fieldsStart;
  private int end;
  private int status;
  private boolean http10;
  private boolean http11;
  private long contentLength;
  private Body body = Body.NONE;

  /** A head with at most that many fields. */
  public ResponseHead(int maxFields) {
    fields = new FieldTable(maxFields);
  }

  /**
   * Walks a head that begins at {@code from}.
   *
   * @param b kept, and read until the next scan
   * @param to behind the last byte that has been received
   * @param request the method that is answered, on which the framing depends
   * @return the offset behind the head, {@link #INCOMPLETE} or {@link #REFUSED}
   */
  public int scan(byte[] b, int from, int to, Verb request) {
    bytes = b;
    start = from;
    fields.clear();
    status = 0;
    int at = statusLine(b, from, to);
    if (at <= 0) {
      return at;
    }
    fieldsStart = at;
    at = fields.scan(b, at, to);
    if (at <= 0) {
      return at;
    }
    end = at;
    return framing(request) ? at : REFUSED;
  }

  /** {@code HTTP/1.1 200 [reason]}; a missing reason may have lost its blank too. */
  private int statusLine(byte[] b, int from, int to) {
    for (int i = 0; i < VERSION.length && from + i < to; i++) {
      if (b[from + i] != VERSION[i]) {
        return fields.refuse(HeadProblem.STATUS_LINE);
      }
    }
    // Each byte as soon as it is there: an origin that says no more must not be waited for.
    for (int i = from + VERSION.length; i < to && i <= from + STATUS_LENGTH; i++) {
      if (!mayStand(b[i], i - from)) {
        return fields.refuse(HeadProblem.STATUS_LINE);
      }
    }
    if (to - from < STATUS_LENGTH + 2) {
      return FieldTable.INCOMPLETE;
    }
    http10 = b[from + 7] == '0';
    http11 = b[from + 7] == '1';
    for (int i = from + 9; i < from + STATUS_LENGTH; i++) {
      status = status * 10 + (b[i] - '0');
    }
    reasonStart = from + STATUS_LENGTH;
    int lineEnd = Bytes.findControl(b, reasonStart, to);
    if (lineEnd + 1 >= to) {
      return lineEnd == to || b[lineEnd] == '\r'
          ? FieldTable.INCOMPLETE
          : fields.refuse(HeadProblem.STATUS_LINE);
    }
    if (b[lineEnd] != '\r' || b[lineEnd + 1] != '\n') {
      return fields.refuse(HeadProblem.LINE_END);
    }
    return lineEnd + 2;
  }

  private static boolean mayStand(byte c, int at) {
    return switch (at) {
      case 8 -> c == ' ';
      case 9 -> c >= '1' && c <= '9';
      case STATUS_LENGTH -> c == ' ' || c == '\r';
      default -> Bytes.isDigit(c);
    };
  }

  private boolean framing(Verb request) {
    contentLength = fields.contentLength(bytes);
    if (contentLength == Long.MIN_VALUE) {
      return false;
    }
    boolean encoded = fields.hasTransferEncoding();
    if (encoded && contentLength != FieldTable.NO_LENGTH) {
      fields.refuse(HeadProblem.BOTH_FRAMINGS);
      return false;
    }
    if (encoded && (http10 || !fields.isChunked(bytes))) {
      fields.refuse(HeadProblem.TRANSFER_ENCODING);
      return false;
    }
    body = bodyOf(request, encoded);
    return true;
  }

  private Body bodyOf(Verb request, boolean encoded) {
    if (request == Verb.HEAD || status < 200 || status == 204 || status == 304) {
      return Body.NONE;
    }
    if (encoded) {
      return Body.CHUNKED;
    }
    if (contentLength == FieldTable.NO_LENGTH) {
      return Body.UNTIL_CLOSE;
    }
    return contentLength == 0 ? Body.NONE : Body.LENGTH;
  }

  /** Why the head was refused, null if it was not. */
  public @Nullable HeadProblem problem() {
    return fields.problem();
  }

  /** The bytes in which all offsets lie. */
  public byte[] bytes() {
    return bytes;
  }

  /** The fields. */
  public FieldTable fields() {
    return fields;
  }

  /** Where the head begins. */
  public int start() {
    return start;
  }

  /** Where the blank before the reason phrase stands, or CR where there is none. */
  public int reasonStart() {
    return reasonStart;
  }

  /** Where the first field begins. */
  public int fieldsStart() {
    return fieldsStart;
  }

  /** Behind the head. */
  public int end() {
    return end;
  }

  /** The status, 100 … 999. */
  public int status() {
    return status;
  }

  /** Whether another head follows for the same request (RFC 9110 §15.2). */
  public boolean interim() {
    return status < 200 && status != 101;
  }

  /** How the body ends. */
  public Body body() {
    return body;
  }

  /** Value of Content-Length, -1 without one; of HEAD and 304 too, where no body follows. */
  public long contentLength() {
    return contentLength;
  }

  /** Whether the origin speaks HTTP/1.0. */
  public boolean http10() {
    return http10;
  }

  /** Whether the head says so; it does not where the origin speaks a later minor version. */
  public boolean http11() {
    return http11;
  }

  /** Whether the origin lets its connection go on after this response (RFC 9112 §9.3). */
  public boolean persistent() {
    return !fields.close() && (!http10 || fields.keepAlive()) && body != Body.UNTIL_CLOSE;
  }
}
