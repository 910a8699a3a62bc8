package dev.crossfade.forward;

import dev.crossfade.http.HeadProblem;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.RejectCause;
import org.jspecify.annotations.Nullable;

/**
 * Everything that makes the proxy answer itself, and the one table from failure to answer. The
 * detail is shown to clients: it holds nothing that was sent and no internal address.
 */
public enum ProxyFailure {
  MALFORMED(400, "Bad Request", RejectCause.MALFORMED, null, true),
  VERSION(505, "HTTP Version Not Supported", RejectCause.VERSION, null, true),
  EXPECTATION(417, "Expectation Failed", RejectCause.EXPECTATION, null, true),
  TARGET_TOO_LONG(414, "URI Too Long", RejectCause.TARGET_TOO_LONG, null, true),
  HEAD_TOO_LARGE(431, "Request Header Fields Too Large", RejectCause.HEAD_TOO_LARGE, null, true),
  METHOD(405, "Method Not Allowed", RejectCause.METHOD, null, true),
  BODY_TOO_LARGE(413, "Content Too Large", RejectCause.BODY_TOO_LARGE, null, true),
  REQUEST_TIMEOUT(408, "Request Timeout", RejectCause.TIMEOUT, null, true),
  MAINTENANCE(503, "Service Unavailable", RejectCause.MAINTENANCE, null, false),
  FROZEN(503, "Service Unavailable", RejectCause.FROZEN, null, false),
  CAPACITY(503, "Service Unavailable", RejectCause.CAPACITY, null, true),
  NO_ENDPOINT(503, "Service Unavailable", RejectCause.UNAVAILABLE, null, false),
  OVERLOADED(503, "Service Unavailable", RejectCause.OVERLOAD, null, false),
  CONNECT_FAILED(502, "Bad Gateway", null, FailureKind.CONNECT, false),
  CONNECT_TIMEOUT(504, "Gateway Timeout", null, FailureKind.CONNECT, false),
  UPSTREAM_RESET(502, "Bad Gateway", null, FailureKind.RESET, false),
  UPSTREAM_PROTOCOL(502, "Bad Gateway", null, FailureKind.PROTOCOL, false),
  UPSTREAM_TIMEOUT(504, "Gateway Timeout", null, FailureKind.TIMEOUT, false);

  private final int status;
  private final String title;
  private final @Nullable RejectCause cause;
  private final @Nullable FailureKind upstream;
  private final boolean endsConnection;

  ProxyFailure(
      int status,
      String title,
      @Nullable RejectCause cause,
      @Nullable FailureKind upstream,
      boolean endsConnection) {
    this.status = status;
    this.title = title;
    this.cause = cause;
    this.upstream = upstream;
    this.endsConnection = endsConnection;
  }

  /** The failure that a refused head or body is. */
  public static ProxyFailure of(HeadProblem problem) {
    return switch (problem.kind()) {
      case MALFORMED -> MALFORMED;
      case VERSION -> VERSION;
      case EXPECTATION -> EXPECTATION;
      case LINE_TOO_LONG -> TARGET_TOO_LONG;
      case HEAD_TOO_LARGE -> HEAD_TOO_LARGE;
    };
  }

  /** Status of the answer. */
  public int status() {
    return status;
  }

  /** Reason phrase, and title of the answer's body. */
  public String title() {
    return title;
  }

  /** The answer's words where there are no better ones. */
  public String detail() {
    return switch (this) {
      case MALFORMED -> "The request could not be understood.";
      case VERSION -> "Only HTTP/1.0 and HTTP/1.1 are spoken here.";
      case EXPECTATION -> "The only expectation that is met is 100-continue.";
      case TARGET_TOO_LONG -> "The address of the page is too long.";
      case HEAD_TOO_LARGE -> "The request's header fields are too large.";
      case METHOD -> "This method is not served here.";
      case BODY_TOO_LARGE -> "What was sent is too large.";
      case REQUEST_TIMEOUT -> "The request took too long to arrive.";
      case MAINTENANCE -> "The site is being worked on and will be back shortly.";
      case FROZEN ->
          "Nothing can be changed for a moment; reading goes on. Please try again shortly.";
      case CAPACITY, OVERLOADED ->
          "There are too many visitors at the moment. Please try again shortly.";
      case NO_ENDPOINT -> "The site can't be reached at the moment. Please try again shortly.";
      case CONNECT_FAILED, UPSTREAM_RESET, UPSTREAM_PROTOCOL ->
          "The site did not answer as it should. Please try again.";
      case CONNECT_TIMEOUT, UPSTREAM_TIMEOUT ->
          "The site took too long to answer. Please try again.";
    };
  }

  /** Counted as refused by the proxy itself under this cause; null for an upstream's failure. */
  public @Nullable RejectCause cause() {
    return cause;
  }

  /** Counted as this failure of the upstream; null for those that are not the upstream's. */
  public @Nullable FailureKind upstream() {
    return upstream;
  }

  /** Whether the client's connection can't be trusted to be in step any more. */
  public boolean endsConnection() {
    return endsConnection;
  }

  /** Whether the answer says when to try again. */
  public boolean retryAfter() {
    return status == 503;
  }
}
