package dev.crossfade.http;

/** Why a head or a body's framing is refused. */
public enum HeadProblem {
  LINE_END(Kind.MALFORMED, "A line does not end with CR LF."),
  METHOD(Kind.MALFORMED, "The method is not a token."),
  TARGET(Kind.MALFORMED, "The request target is not valid."),
  REQUEST_LINE(Kind.MALFORMED, "The request line does not end with a version of HTTP."),
  VERSION(Kind.VERSION, "Only HTTP/1.0 and HTTP/1.1 are spoken here."),
  STATUS_LINE(Kind.MALFORMED, "The status line is not valid."),
  FIELD_NAME(Kind.MALFORMED, "A field name is not a token followed by a colon."),
  FOLDED(Kind.MALFORMED, "A field is folded over several lines."),
  FIELD_VALUE(Kind.MALFORMED, "A field value holds a control character."),
  HOST(Kind.MALFORMED, "There is not exactly one valid Host."),
  CONTENT_LENGTH(Kind.MALFORMED, "There is not exactly one valid Content-Length."),
  TRANSFER_ENCODING(Kind.MALFORMED, "The only transfer coding is one chunked, in HTTP/1.1."),
  BOTH_FRAMINGS(Kind.MALFORMED, "Content-Length and Transfer-Encoding exclude each other."),
  EXPECTATION(Kind.EXPECTATION, "The only expectation that is met is 100-continue."),
  LINE_TOO_LONG(Kind.LINE_TOO_LONG, "The request line is too long."),
  HEAD_TOO_LARGE(Kind.HEAD_TOO_LARGE, "The head is too large."),
  TOO_MANY_FIELDS(Kind.HEAD_TOO_LARGE, "There are too many fields."),
  CHUNK_SIZE(Kind.MALFORMED, "A chunk size is not valid."),
  CHUNK_EXTENSION(Kind.MALFORMED, "Chunk extensions are too long or not valid."),
  CHUNK_END(Kind.MALFORMED, "A chunk does not end with CR LF."),
  TRAILER(Kind.MALFORMED, "A trailer is not valid, or must not be one."),
  PSEUDO_FIELD(Kind.MALFORMED, "The pseudo-header fields are not those of one request."),
  UPPER_CASE(Kind.MALFORMED, "A field name is not a token in lower case."),
  FIELD_BLANKS(Kind.MALFORMED, "A field value begins or ends with white space."),
  CONNECTION_FIELD(Kind.MALFORMED, "A field has a meaning for connections of HTTP/1 only."),
  BODY_LENGTH(Kind.MALFORMED, "Content-Length is not the length of what was sent.");

  /** What is to be answered to it. */
  public enum Kind {
    MALFORMED,
    VERSION,
    EXPECTATION,
    LINE_TOO_LONG,
    HEAD_TOO_LARGE
  }

  private final Kind kind;
  private final String text;

  HeadProblem(Kind kind, String text) {
    this.kind = kind;
    this.text = text;
  }

  /** What is to be answered to it. */
  public Kind kind() {
    return kind;
  }

  /** The problem in a sentence, free of anything that was sent. */
  public String text() {
    return text;
  }
}
