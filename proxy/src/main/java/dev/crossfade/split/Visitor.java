package dev.crossfade.split;

import org.jspecify.annotations.Nullable;

/**
 * What a request shows of its visitor, and what the {@link Splitter} found in it. Mutable and used
 * again for the next request: {@link #reset} first, then the offsets, then {@link Splitter#assign}.
 * What was found stays till the next reset, also when the head's bytes are gone: the answer is
 * dealt with by that alone. Confined to one thread.
 */
public final class Visitor {
  /** In place of an offset: the request has no such thing. */
  public static final int ABSENT = -1;

  byte[] bytes = new byte[0];
  int sessionStart = ABSENT;
  int sessionEnd = ABSENT;
  int affinityStart = ABSENT;
  int affinityEnd = ABSENT;
  int upgradeStart = ABSENT;
  int upgradeEnd = ABSENT;
  int userAgentStart = ABSENT;
  int userAgentEnd = ABSENT;
  byte[] clientAddress = new byte[0];

  // Found by the Splitter. The three behind cookieValid count only if it is true.
  boolean cookieValid;
  int cookieBucket;
  int cookieEpoch;
  Side cookieSide = Side.OLD;

  /** What stands for the session id; of no account where {@link #hasSession} is false. */
  long fingerprint;

  /** What the learned table knows of the session, looked up only where it is needed. */
  LearnedSessions.@Nullable Held held;

  /** Tells visitors apart, also those of one bucket; kept in our cookie and the learned table. */
  int number;

  /** Whether the visitor has been here before: carries a valid cookie of ours or a session. */
  boolean returning;

  @Nullable Side movedFrom;
  int knownBucket = Assignment.NO_BUCKET;

  /**
   * Begins another request.
   *
   * @param head the bytes in which all offsets lie; read only, and only by {@link Splitter#assign},
   *     {@link Splitter#recognise} and {@link Splitter#upgraded}
   */
  public void reset(byte[] head) {
    bytes = head;
    sessionStart = sessionEnd = ABSENT;
    affinityStart = affinityEnd = ABSENT;
    upgradeStart = upgradeEnd = ABSENT;
    userAgentStart = userAgentEnd = ABSENT;
    cookieValid = false;
    held = null;
    returning = false;
    movedFrom = null;
    knownBucket = Assignment.NO_BUCKET;
  }

  /** The value of the session cookie that counts: from (inclusive) to (exclusive). */
  public void session(int from, int to) {
    sessionStart = from;
    sessionEnd = to;
  }

  /** The value of our affinity cookie. */
  public void affinity(int from, int to) {
    affinityStart = from;
    affinityEnd = to;
  }

  /** The value of the upgrade cookie. */
  public void upgrade(int from, int to) {
    upgradeStart = from;
    upgradeEnd = to;
  }

  /** The value of User-Agent. */
  public void userAgent(int from, int to) {
    userAgentStart = from;
    userAgentEnd = to;
  }

  /**
   * The client's address, of trusted proxies looked through.
   *
   * @param address 4 or 16 bytes, or none where the client came by a unix socket; kept, not copied
   */
  public void clientAddress(byte[] address) {
    clientAddress = address;
  }

  /**
   * The bucket that our cookie, the learned table or the session cookie gave, or a first request
   * got, 0 … 9999, after {@link Splitter#assign} or {@link Splitter#recognise}; {@link
   * Assignment#NO_BUCKET} without one. Known also where the decision needed none.
   */
  public int knownBucket() {
    return knownBucket;
  }

  /** Whether the request carries a session cookie with a value. */
  boolean hasSession() {
    return sessionStart < sessionEnd;
  }

  /**
   * After {@link Splitter#assign}: the side on which the visitor was before, if the request carries
   * our cookie or is learned, and that side is another one now; else null. After {@link
   * Splitter#settle} only if this move has not been counted yet.
   */
  public @Nullable Side movedFrom() {
    return movedFrom;
  }
}
