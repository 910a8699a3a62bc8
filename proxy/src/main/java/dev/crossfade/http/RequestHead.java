package dev.crossfade.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request's head as offsets into its bytes, walked once and strictly (RFC 9112 §3, §5, §6). Used
 * again for the next head; confined to one thread.
 *
 * <p>What is refused here is refused for good: two parties that read the same bytes differently are
 * how requests are smuggled, so nothing is repaired and nothing is guessed.
 */
public final class RequestHead {
  /** What {@link #scan} answers while the head is not complete. */
  public static final int INCOMPLETE = FieldTable.INCOMPLETE;

  /** What {@link #scan} answers if the head is refused. */
  public static final int REFUSED = FieldTable.REFUSED;

  /** What {@link #contentLength} answers without such a field. */
  public static final long NO_LENGTH = FieldTable.NO_LENGTH;

  private static final byte[] CONTINUE = "100-continue".getBytes(StandardCharsets.US_ASCII);

  /** Length of {@code HTTP/1.1} with its CR LF. */
  private static final int VERSION_LINE_END = 10;

  /** An empty line before a request is passed over (RFC 9112 §2.2), but not any number of them. */
  private static final int MAX_EMPTY_LINES = 2;

  private final FieldTable fields;
  private final int maxLine;

  private byte[] bytes = new byte[0];
  private int start;
  private int methodEnd;
  private int targetStart;
  private int targetEnd;
  private int pathStart;
  private int authorityStart;
  private int authorityEnd;
  private int fieldsStart;
  private int end;
  private int hostField;
  private Verb verb = Verb.OTHER;
  private boolean http10;
  private boolean http11;
  private long contentLength;
  private boolean chunked;
  private boolean expectContinue;

  /**
   * A head with these limits.
   *
   * @param maxLine most bytes of the request line
   * @param maxFields most fields
   */
  public RequestHead(int maxLine, int maxFields) {
    this.maxLine = maxLine;
    this.fields = new FieldTable(maxFields);
  }

  /**
   * Walks a head that begins at {@code from}.
   *
   * @param b kept, and read until the next scan
   * @param to behind the last byte that has been received
   * @return the offset behind the head, {@link #INCOMPLETE} or {@link #REFUSED}
   */
  public int scan(byte[] b, int from, int to) {
    bytes = b;
    fields.clear();
    verb = Verb.OTHER;
    http10 = false;
    http11 = false;
    contentLength = NO_LENGTH;
    chunked = false;
    expectContinue = false;
    hostField = -1;
    int at = skipEmptyLines(b, from, to);
    if (at < 0) {
      return at == Integer.MIN_VALUE ? INCOMPLETE : REFUSED;
    }
    start = at;
    at = requestLine(b, at, to);
    if (at <= 0) {
      return at;
    }
    fieldsStart = at;
    at = fields.scan(b, at, to);
    if (at <= 0) {
      return at;
    }
    end = at;
    return judge() ? at : REFUSED;
  }

  private int skipEmptyLines(byte[] b, int from, int to) {
    int at = from;
    for (int lines = 0; at < to && b[at] == '\r'; lines++) {
      if (at + 1 == to) {
        return Integer.MIN_VALUE;
      }
      if (b[at + 1] != '\n' || lines == MAX_EMPTY_LINES) {
        return refuse(HeadProblem.LINE_END);
      }
      at += 2;
    }
    return at < to ? at : Integer.MIN_VALUE;
  }

  private int requestLine(byte[] b, int from, int to) {
    int stop = Math.min(to, from + maxLine);
    int at = from;
    while (at < stop && Bytes.isToken(b[at])) {
      at++;
    }
    if (at == stop) {
      return outOfBytes(from, to);
    }
    if (at == from || b[at] != ' ') {
      return refuse(HeadProblem.METHOD);
    }
    methodEnd = at;
    // Known even of a line that is refused: no answer to HEAD has content (RFC 9110 §9.3.2).
    verb = Verb.of(b, from, methodEnd);
    targetStart = ++at;
    while (at < stop && Bytes.isTarget(b[at])) {
      at++;
    }
    if (at == stop) {
      return outOfBytes(from, to);
    }
    if (at == targetStart || b[at] != ' ' && b[targetStart] != '/') {
      return refuse(b[at] == '\n' ? HeadProblem.LINE_END : HeadProblem.TARGET);
    }
    if (b[at] != ' ') {
      return lineWithoutVersion(b, at, from, to, stop);
    }
    targetEnd = at;
    return version(b, at + 1, from, to, stop);
  }

  /** A line that ends behind its target is HTTP/0.9; anything else is no target. */
  private int lineWithoutVersion(byte[] b, int at, int from, int to, int stop) {
    if (b[at] != '\r') {
      return refuse(b[at] == '\n' ? HeadProblem.LINE_END : HeadProblem.TARGET);
    }
    if (at + 1 == stop) {
      return outOfBytes(from, to);
    }
    return refuse(b[at + 1] == '\n' ? HeadProblem.VERSION : HeadProblem.LINE_END);
  }

  private int version(byte[] b, int at, int from, int to, int stop) {
    int length = Math.min(stop - at, VERSION_LINE_END);
    for (int i = 0; i < length; i++) {
      if (!isVersionByte(b[at + i], i)) {
        boolean lineEnds = b[at + i] == '\n' || i == VERSION_LINE_END - 1;
        return refuse(lineEnds ? HeadProblem.LINE_END : HeadProblem.REQUEST_LINE);
      }
    }
    if (length < VERSION_LINE_END) {
      return outOfBytes(from, to);
    }
    if (b[at + 5] != '1') {
      return refuse(HeadProblem.VERSION);
    }
    http10 = b[at + 7] == '0';
    // RFC 9110 §2.5: a higher minor version is taken for the highest that is known.
    http11 = b[at + 7] == '1';
    return target(b) ? at + VERSION_LINE_END : REFUSED;
  }

  /** RFC 9112 §2.3: {@code HTTP/}, a digit, a point, a digit, and here the end of the line too. */
  private static boolean isVersionByte(byte c, int place) {
    return place == 5 || place == 7 ? Bytes.isDigit(c) : c == "HTTP/0.0\r\n".charAt(place);
  }

  private int outOfBytes(int from, int to) {
    return to - from >= maxLine ? refuse(HeadProblem.LINE_TOO_LONG) : INCOMPLETE;
  }

  /**
   * RFC 9112 §3.2: origin-form, absolute-form, asterisk-form with OPTIONS; CONNECT is judged later.
   */
  private boolean target(byte[] b) {
    authorityStart = -1;
    authorityEnd = -1;
    pathStart = targetStart;
    if (b[targetStart] == '/' || verb == Verb.CONNECT) {
      return true;
    }
    if (b[targetStart] == '*' && targetEnd == targetStart + 1 && verb == Verb.OPTIONS) {
      return true;
    }
    return absoluteForm(b);
  }

  private boolean absoluteForm(byte[] b) {
    int scheme = schemeEnd(b);
    if (scheme < 0) {
      refuse(HeadProblem.TARGET);
      return false;
    }
    authorityStart = scheme;
    int at = scheme;
    while (at < targetEnd && b[at] != '/' && b[at] != '?') {
      at++;
    }
    authorityEnd = at;
    pathStart = at;
    if (!HostName.isValid(b, authorityStart, authorityEnd)) {
      refuse(HeadProblem.TARGET);
      return false;
    }
    return true;
  }

  private int schemeEnd(byte[] b) {
    for (String scheme : new String[] {"http://", "https://"}) {
      int length = scheme.length();
      if (targetEnd - targetStart > length) {
        int i = 0;
        while (i < length && Bytes.lower(b[targetStart + i]) == scheme.charAt(i)) {
          i++;
        }
        if (i == length) {
          return targetStart + length;
        }
      }
    }
    return -1;
  }

  private boolean judge() {
    return host() && framing() && expectation();
  }

  /** RFC 9112 §3.2: exactly one valid Host in HTTP/1.1, at most one in HTTP/1.0. */
  private boolean host() {
    hostField = fields.find(FieldName.HOST, 0);
    if (hostField < 0) {
      return http10 || refused(HeadProblem.HOST);
    }
    boolean once = fields.find(FieldName.HOST, hostField + 1) < 0;
    return once && HostName.isValid(bytes, fields.valueStart(hostField), fields.valueEnd(hostField))
        || refused(HeadProblem.HOST);
  }

  /** RFC 9112 §6.3, without its leniences. */
  private boolean framing() {
    contentLength = fields.contentLength(bytes);
    if (contentLength == Long.MIN_VALUE) {
      return false;
    }
    if (!fields.hasTransferEncoding()) {
      return true;
    }
    if (contentLength != NO_LENGTH) {
      return refused(HeadProblem.BOTH_FRAMINGS);
    }
    chunked = !http10 && fields.isChunked(bytes);
    return chunked || refused(HeadProblem.TRANSFER_ENCODING);
  }

  private boolean expectation() {
    int field = fields.find(FieldName.EXPECT, 0);
    if (field < 0) {
      return true;
    }
    boolean met =
        Bytes.equalsIgnoreCase(bytes, fields.valueStart(field), fields.valueEnd(field), CONTINUE)
            && fields.find(FieldName.EXPECT, field + 1) < 0;
    // RFC 9110 §10.1.1: an HTTP/1.0 client can't mean it.
    expectContinue = met && !http10;
    return met || http10 || refused(HeadProblem.EXPECTATION);
  }

  private int refuse(HeadProblem why) {
    return fields.refuse(why);
  }

  private boolean refused(HeadProblem why) {
    fields.refuse(why);
    return false;
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

  /** Where the method begins, empty lines before it left out. */
  public int start() {
    return start;
  }

  /** Behind the method. */
  public int methodEnd() {
    return methodEnd;
  }

  /** The method, if it is one of those that are treated in their own way. */
  public Verb verb() {
    return verb;
  }

  /** Where the request target begins. */
  public int targetStart() {
    return targetStart;
  }

  /** Behind the request target. */
  public int targetEnd() {
    return targetEnd;
  }

  /** Where path and query of the target begin; {@link #targetEnd} if it has neither. */
  public int pathStart() {
    return pathStart;
  }

  /** Whether the target is in absolute form, so that its authority goes before Host. */
  public boolean absoluteForm() {
    return authorityStart >= 0;
  }

  /** Where the first field begins. */
  public int fieldsStart() {
    return fieldsStart;
  }

  /** Behind the head. */
  public int end() {
    return end;
  }

  /** Whether the client speaks HTTP/1.0. */
  public boolean http10() {
    return http10;
  }

  /** Whether the head says so; it does not where the client speaks a later minor version. */
  public boolean http11() {
    return http11;
  }

  /** Where the authority begins: the target's, else that of Host; -1 without one. */
  public int hostStart() {
    return authorityStart >= 0 ? authorityStart : hostField < 0 ? -1 : fields.valueStart(hostField);
  }

  /** Behind the authority. */
  public int hostEnd() {
    return authorityStart >= 0 ? authorityEnd : hostField < 0 ? -1 : fields.valueEnd(hostField);
  }

  /** Value of Content-Length, {@link #NO_LENGTH} without one. */
  public long contentLength() {
    return contentLength;
  }

  /** Whether the body comes in chunks. */
  public boolean chunked() {
    return chunked;
  }

  /** Whether a body follows at all. */
  public boolean hasBody() {
    return chunked || contentLength > 0;
  }

  /** Whether the client waits for 100 (Continue) before it sends the body. */
  public boolean expectContinue() {
    return expectContinue;
  }

  /** Whether the client would like its connection to go on (RFC 9112 §9.3). */
  public boolean persistent() {
    return !fields.close() && (!http10 || fields.keepAlive());
  }

  /** Whether the client asks for another protocol on this connection (RFC 9110 §7.8). */
  public boolean upgrade() {
    return !http10 && fields.upgradeNamed() && fields.find(FieldName.UPGRADE, 0) >= 0;
  }
}
