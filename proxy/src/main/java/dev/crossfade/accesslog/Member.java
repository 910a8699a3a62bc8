package dev.crossfade.accesslog;

/** What a line calls by a name, in whatever format. */
enum Member {
  CLIENT("client"),
  METHOD("method"),
  HOST("host"),
  PATH("path"),
  QUERY("query"),
  PROTOCOL("protocol"),
  STATUS("status"),
  BYTES("bytes"),
  REQUEST_BYTES("request-bytes"),
  DURATION("duration"),
  VARIANT("variant"),
  REASON("reason"),
  BUCKET("bucket"),
  RULE("rule"),
  REVISION("revision"),
  UPSTREAM("upstream"),
  UPSTREAM_TIME("upstream-time"),
  RETRIES("retries"),
  RETRIED_FROM("retried-from"),
  FAILURE("failure"),
  REJECTED("rejected"),
  CLIENT_LEFT("client-left"),
  REFERER("referer"),
  USER_AGENT("user-agent"),
  TRACE("trace");

  private final String label;

  Member(String label) {
    this.label = label;
  }

  /** Its name. */
  String label() {
    return label;
  }
}
