package dev.crossfade.http;

import java.nio.charset.StandardCharsets;

/** The fields that a proxy looks at; told apart by length and first byte. */
@SuppressWarnings("ImmutableEnumChecker") // the arrays are private and never written
public enum FieldName {
  OTHER(""),
  /** Named by Connection, so for this hop only (RFC 9110 §7.6.1). */
  HOP(""),
  HOST("host"),
  CONNECTION("connection"),
  CONTENT_LENGTH("content-length"),
  TRANSFER_ENCODING("transfer-encoding"),
  EXPECT("expect"),
  UPGRADE("upgrade"),
  COOKIE("cookie"),
  SET_COOKIE("set-cookie"),
  CACHE_CONTROL("cache-control"),
  USER_AGENT("user-agent"),
  ACCEPT("accept"),
  ACCEPT_LANGUAGE("accept-language"),
  AUTHORIZATION("authorization"),
  KEEP_ALIVE("keep-alive"),
  PROXY_CONNECTION("proxy-connection"),
  /** For the proxies between client and origin only, as is its answer (RFC 9110 §11.7). */
  PROXY_AUTHORIZATION("proxy-authorization"),
  PROXY_AUTHENTICATE("proxy-authenticate"),
  TE("te"),
  HTTP2_SETTINGS("http2-settings"),
  TRAILER("trailer"),
  DATE("date"),
  MAX_FORWARDS("max-forwards"),
  REFERER("referer"),
  TRACEPARENT("traceparent"),
  TRACESTATE("tracestate"),
  FORWARDED("forwarded"),
  X_FORWARDED_FOR("x-forwarded-for"),
  X_FORWARDED_PROTO("x-forwarded-proto"),
  X_FORWARDED_HOST("x-forwarded-host"),
  X_FORWARDED_PORT("x-forwarded-port"),
  X_CROSSFADE("x-crossfade-"),
  /** X-Forwarded-… of another kind: passed on, but never removed by Connection nor in trailers. */
  X_FORWARDED("x-forwarded-");

  private final byte[] lowerCase;

  FieldName(String lowerCase) {
    this.lowerCase = lowerCase.getBytes(StandardCharsets.US_ASCII);
  }

  /** The name in the range, {@link #OTHER} for one that nobody looks at. */
  static FieldName of(byte[] b, int from, int to) {
    int length = to - from;
    int first = b[from] | 0x20;
    FieldName candidate =
        switch (length) {
          case 2 -> TE;
          case 4 -> first == 'h' ? HOST : DATE;
          case 6 -> first == 'c' ? COOKIE : first == 'a' ? ACCEPT : EXPECT;
          case 7 -> first == 'u' ? UPGRADE : first == 'r' ? REFERER : TRAILER;
          case 9 -> FORWARDED;
          case 10 ->
              switch (first) {
                case 'c' -> CONNECTION;
                case 'u' -> USER_AGENT;
                case 's' -> SET_COOKIE;
                case 't' -> TRACESTATE;
                default -> KEEP_ALIVE;
              };
          case 11 -> TRACEPARENT;
          case 12 -> MAX_FORWARDS;
          case 13 -> first == 'c' ? CACHE_CONTROL : AUTHORIZATION;
          case 14 -> first == 'c' ? CONTENT_LENGTH : HTTP2_SETTINGS;
          case 15 -> first == 'a' ? ACCEPT_LANGUAGE : X_FORWARDED_FOR;
          case 16 ->
              first == 'p'
                  ? PROXY_CONNECTION
                  : (b[to - 2] | 0x20) == 'r' ? X_FORWARDED_PORT : X_FORWARDED_HOST;
          case 17 -> first == 't' ? TRANSFER_ENCODING : X_FORWARDED_PROTO;
          case 18 -> PROXY_AUTHENTICATE;
          case 19 -> PROXY_AUTHORIZATION;
          default -> OTHER;
        };
    if (candidate != OTHER && candidate.isAt(b, from)) {
      return candidate;
    }
    return first == 'x' && length >= X_CROSSFADE.lowerCase.length ? byPrefix(b, from) : OTHER;
  }

  private static FieldName byPrefix(byte[] b, int from) {
    return X_CROSSFADE.isAt(b, from)
        ? X_CROSSFADE
        : X_FORWARDED.isAt(b, from) ? X_FORWARDED : OTHER;
  }

  private boolean isAt(byte[] b, int from) {
    // CGI and its heirs make one variable of X-Forwarded-For and X_Forwarded_For, so for the fields
    // by which an application learns who its client is, an underscore counts as a dash.
    boolean underscoreIsDash = ordinal() >= FORWARDED.ordinal();
    for (int i = 0; i < lowerCase.length; i++) {
      byte c = b[from + i];
      byte wanted = lowerCase[i];
      if (c != wanted
          && (c < 'A' || c > 'Z' || c + 0x20 != wanted)
          && !(underscoreIsDash && c == '_' && wanted == '-')) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a Connection field may have the field removed: not where framing or security hang on
   * it.
   */
  boolean removable() {
    return switch (this) {
      case OTHER,
          HOP,
          ACCEPT,
          ACCEPT_LANGUAGE,
          USER_AGENT,
          EXPECT,
          TRAILER,
          DATE,
          MAX_FORWARDS,
          REFERER,
          TRACEPARENT,
          TRACESTATE,
          TE,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          PROXY_AUTHORIZATION,
          PROXY_AUTHENTICATE,
          UPGRADE,
          HTTP2_SETTINGS ->
          true;
      default -> false;
    };
  }

  /** Whether the field may not stand in a trailer section (RFC 9110 §6.5.1). */
  boolean forbiddenInTrailers() {
    return switch (this) {
      case OTHER,
          HOP,
          ACCEPT,
          ACCEPT_LANGUAGE,
          USER_AGENT,
          DATE,
          REFERER,
          TRACEPARENT,
          TRACESTATE ->
          false;
      default -> true;
    };
  }
}
