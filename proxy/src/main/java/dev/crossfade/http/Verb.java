package dev.crossfade.http;

/** Request methods that a proxy treats in their own way (RFC 9110 §9); all others are OTHER. */
public enum Verb {
  GET(true, true),
  HEAD(true, true),
  POST(false, false),
  PUT(false, true),
  DELETE(false, true),
  PATCH(false, false),
  OPTIONS(true, true),
  TRACE(true, true),
  CONNECT(false, false),
  OTHER(false, false);

  private final boolean safe;
  private final boolean idempotent;

  Verb(boolean safe, boolean idempotent) {
    this.safe = safe;
    this.idempotent = idempotent;
  }

  /** RFC 9110 §9.2.1: asks for nothing to be changed. */
  public boolean safe() {
    return safe;
  }

  /** RFC 9110 §9.2.2: twice is as good as once. */
  public boolean idempotent() {
    return idempotent;
  }

  /** The method in the range; methods are case-sensitive. */
  static Verb of(byte[] b, int from, int to) {
    return switch (to - from) {
      case 3 ->
          b[from] == 'G' && b[from + 1] == 'E' && b[from + 2] == 'T'
              ? GET
              : b[from] == 'P' && b[from + 1] == 'U' && b[from + 2] == 'T' ? PUT : OTHER;
      case 4 -> is(b, from, "POST") ? POST : is(b, from, "HEAD") ? HEAD : OTHER;
      case 5 -> is(b, from, "PATCH") ? PATCH : is(b, from, "TRACE") ? TRACE : OTHER;
      case 6 -> is(b, from, "DELETE") ? DELETE : OTHER;
      case 7 -> is(b, from, "OPTIONS") ? OPTIONS : is(b, from, "CONNECT") ? CONNECT : OTHER;
      default -> OTHER;
    };
  }

  private static boolean is(byte[] b, int from, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (b[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
