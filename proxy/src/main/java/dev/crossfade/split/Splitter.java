package dev.crossfade.split;

import dev.crossfade.split.LearnedSessions.Held;
import dev.crossfade.split.SeenVisitors.Hold;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides rows 2 to 5 of the decision: upgrade cookie, pin, bucket, first request. Safe from any
 * thread; each thread brings its own {@link Visitor}.
 *
 * <p>The life of a request: {@link #assign} decides, failover may turn it to old, {@link #settle}
 * notes what came of it; with the answer {@link #learn} sees the application's cookies, and {@link
 * #wantsCookie} and {@link #setCookie} make ours. Only {@code settle} and {@code learn} change
 * anything: an explanation assigns and leaves no trace.
 */
public final class Splitter {
  private static final byte[] NEVER = "never".getBytes(StandardCharsets.US_ASCII);

  private final SplitSettings settings;
  private final Policy policy;
  private final BucketHash hash;
  private final AffinityCookie cookie;
  private final AffinitySetCookie setCookie;
  private final byte @Nullable [] upgradeToken;
  private final SessionInSetCookie sessionInSetCookie;
  private final LearnedSessions learned;
  private final SeenVisitors seen;

  /**
   * A splitter for these settings.
   *
   * @param learned shared with the splitter before, so that a reload forgets nobody; takes size and
   *     expiry of these settings when they are put in force, by {@link LearnedSessions#reconfigure}
   * @param seen likewise shared, and with it who moved lately
   */
  public Splitter(
      SplitSettings settings, AffinityKeys keys, LearnedSessions learned, SeenVisitors seen) {
    this.settings = settings;
    this.policy = settings.affinity().policy();
    this.hash = new BucketHash(settings.session().hash(), settings.session().salt());
    this.cookie = new AffinityCookie(keys);
    this.setCookie = new AffinitySetCookie(settings.affinity(), cookie);
    String token = settings.upgrade().token();
    this.upgradeToken = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    this.sessionInSetCookie =
        new SessionInSetCookie(settings.session().cookies(), InstantSource.system());
    this.learned = learned;
    this.seen = seen;
  }

  /** What it was made with. */
  public SplitSettings settings() {
    return settings;
  }

  /**
   * Decides about a request that no rule matched. Allocates nothing and changes nothing but the
   * visitor; needs the bytes of the head.
   *
   * @param threshold percentage × 100; buckets below it belong to new
   * @param epoch the present one
   * @param upgradeHonoured whether the upgrade cookie counts at present
   */
  public Assignment assign(Visitor visitor, int threshold, int epoch, boolean upgradeHonoured) {
    recognise(visitor);
    Side asked = askedByUpgradeCookie(visitor, upgradeHonoured);
    if (asked != null) {
      return Assignment.of(asked, Reason.UPGRADE, Assignment.NO_BUCKET);
    }
    if (visitor.knownBucket == Assignment.NO_BUCKET) {
      return first(visitor, threshold);
    }
    Side pinned = policy == Policy.FOLLOW ? null : pinnedSide(visitor, epoch);
    Assignment assignment =
        pinned != null
            ? Assignment.of(pinned, Reason.PINNED, visitor.knownBucket)
            : Assignment.of(
                sideOf(visitor.knownBucket, threshold), Reason.BUCKET, visitor.knownBucket);
    Side before = sideBefore(visitor);
    visitor.movedFrom = before == assignment.side() ? null : before;
    return assignment;
  }

  /**
   * Finds out who the visitor is, which {@link #assign} does too. For requests that a rule decides:
   * with it a session that their answer brings is learned for the visitor it belongs to. Needs the
   * bytes of the head.
   */
  public void recognise(Visitor visitor) {
    visitor.cookieValid = cookie.read(visitor);
    if (visitor.hasSession()) {
      visitor.fingerprint =
          learned.fingerprint(visitor.bytes, visitor.sessionStart, visitor.sessionEnd);
    }
    if (visitor.cookieValid) {
      visitor.returning = true;
      visitor.knownBucket = visitor.cookieBucket;
    } else if (visitor.hasSession()) {
      visitor.returning = true;
      recogniseBySession(visitor);
    }
  }

  private void recogniseBySession(Visitor visitor) {
    Held held = learned.find(visitor.fingerprint);
    visitor.held = held;
    if (held != null) {
      visitor.knownBucket = held.bucket();
      visitor.number = held.number();
    } else {
      visitor.knownBucket = hash.ofSession(visitor.bytes, visitor.sessionStart, visitor.sessionEnd);
      visitor.number = Long.hashCode(visitor.fingerprint);
    }
  }

  /**
   * Whether the request carries a valid upgrade cookie that asks for new. Needs the head's bytes.
   */
  public boolean upgraded(Visitor visitor) {
    return askedByUpgradeCookie(visitor, true) == Side.NEW;
  }

  /**
   * {@code never} counts even while a rollback has silenced the upgrade cookie: it can bring nobody
   * to new, and who has asked to stay on old is to stay there.
   */
  private @Nullable Side askedByUpgradeCookie(Visitor visitor, boolean honoured) {
    int from = visitor.upgradeStart;
    int to = visitor.upgradeEnd;
    if (from >= to) {
      return null;
    }
    if (Arrays.equals(visitor.bytes, from, to, NEVER, 0, NEVER.length)) {
      return Side.OLD;
    }
    return honoured && (upgradeToken == null || isToken(visitor.bytes, from, to, upgradeToken))
        ? Side.NEW
        : null;
  }

  /** In a time that depends on the length of what was sent, not on how much of it is right. */
  private static boolean isToken(byte[] bytes, int from, int to, byte[] token) {
    int difference = token.length ^ (to - from);
    for (int i = 0; i < to - from; i++) {
      difference |= bytes[from + i] ^ token[i % token.length];
    }
    return difference == 0;
  }

  /** The side on which the policy holds the visitor: one of the present epoch, else none. */
  private @Nullable Side pinnedSide(Visitor visitor, int epoch) {
    if (visitor.cookieValid && visitor.cookieEpoch == epoch) {
      return policy.holds(visitor.cookieSide) ? visitor.cookieSide : null;
    }
    if (visitor.cookieValid && visitor.hasSession()) {
      visitor.held = learned.find(visitor.fingerprint);
    }
    Held held = visitor.held;
    Side side = held == null || held.epoch() != epoch ? null : held.side();
    return side != null && policy.holds(side) ? side : null;
  }

  private static @Nullable Side sideBefore(Visitor visitor) {
    if (visitor.cookieValid) {
      return visitor.cookieSide;
    }
    return visitor.held == null ? null : visitor.held.side();
  }

  private static Side sideOf(int bucket, int threshold) {
    return bucket < threshold ? Side.NEW : Side.OLD;
  }

  private Assignment first(Visitor visitor, int threshold) {
    visitor.number = ThreadLocalRandom.current().nextInt();
    Assignment assignment =
        switch (settings.session().anonymous()) {
          case SPLIT -> firstIn(randomBucket(0, Buckets.COUNT), threshold);
          case ADDRESS ->
              firstIn(
                  hash.ofClient(
                      visitor.clientAddress,
                      visitor.bytes,
                      visitor.userAgentStart,
                      visitor.userAgentEnd),
                  threshold);
          case OLD -> firstOn(Side.OLD, threshold, Buckets.COUNT);
          case NEW -> firstOn(Side.NEW, 0, threshold);
        };
    visitor.knownBucket = assignment.bucket();
    return assignment;
  }

  private static Assignment firstIn(int bucket, int threshold) {
    return Assignment.of(sideOf(bucket, threshold), Reason.FIRST, bucket);
  }

  /**
   * A first request that the configuration sends to a side. The visitor gets a random bucket out of
   * those that are on this side at present, so that nothing that follows (the page's images, a
   * session, a login) goes to the other one until the percentage moves that bucket. Where the side
   * has no bucket, at 0 or 100 %, only the policy can keep the visitor there; if it does not, they
   * get no bucket and no cookie, and each request is a first one until there is a session.
   */
  private Assignment firstOn(Side side, int low, int high) {
    if (low < high) {
      return Assignment.of(side, Reason.FIRST, randomBucket(low, high));
    }
    return Assignment.of(
        side,
        Reason.FIRST,
        policy.holds(side) ? randomBucket(0, Buckets.COUNT) : Assignment.NO_BUCKET);
  }

  private static int randomBucket(int low, int high) {
    return ThreadLocalRandom.current().nextInt(low, high);
  }

  /**
   * Notes what came of a request, once it is settled where it goes (failover included): counts the
   * visitor as seen, and keeps the learned table's side in step, for one who does not carry our
   * cookie, or may lose it. Not for decisions by rule. Needs the head's bytes no more.
   */
  public void settle(Visitor visitor, Assignment assignment, int epoch) {
    if (!visitor.returning) {
      return;
    }
    Side side = assignment.side();
    if (visitor.movedFrom != null
        && (!assignment.reason().lasts() || !seen.noteMove(visitor.number, side))) {
      visitor.movedFrom = null;
    }
    if (assignment.reason().lasts()) {
      keepInStep(visitor, side, epoch);
    }
    seen.record(visitor.number, visitor.knownBucket, side, holdOf(assignment), epoch);
  }

  /** A cookie that says side and epoch spares the look-up: nothing has changed since it was set. */
  private void keepInStep(Visitor visitor, Side side, int epoch) {
    if (visitor.cookieValid && visitor.cookieSide == side && visitor.cookieEpoch == epoch) {
      return;
    }
    if (visitor.held == null && visitor.cookieValid && visitor.hasSession()) {
      visitor.held = learned.find(visitor.fingerprint);
    }
    Held held = visitor.held;
    if (held != null && (held.side() != side || held.epoch() != epoch)) {
      learned.put(visitor.fingerprint, new Held(visitor.knownBucket, side, epoch, visitor.number));
    }
  }

  /** What would keep the visitor where they are if the percentage changed. */
  private Hold holdOf(Assignment assignment) {
    return switch (assignment.reason()) {
      case UPGRADE, RULE -> Hold.ALWAYS;
      case FAILOVER -> Hold.NONE;
      case PINNED, BUCKET, FIRST -> policy.holds(assignment.side()) ? Hold.EPOCH : Hold.NONE;
    };
  }

  /**
   * Whether the answer should carry our affinity cookie: the visitor holds none that says bucket,
   * side and epoch of this decision. Never for decisions that pin nobody.
   */
  public boolean wantsCookie(Visitor visitor, Assignment assignment, int epoch) {
    if (!assignment.reason().lasts() || assignment.bucket() == Assignment.NO_BUCKET) {
      return false;
    }
    return !visitor.cookieValid
        || visitor.cookieBucket != assignment.bucket()
        || visitor.cookieSide != assignment.side()
        || visitor.cookieEpoch != epoch;
  }

  /**
   * The value of a Set-Cookie field with the affinity cookie for this decision.
   *
   * @param visitor whose request it was
   * @param assignment one that {@link #wantsCookie}
   * @param secure whether the client came by TLS
   */
  public byte[] setCookie(Visitor visitor, Assignment assignment, int epoch, boolean secure) {
    return setCookie.value(assignment, epoch, visitor.number, secure);
  }

  /**
   * Learns the session id in a Set-Cookie value of the application's answer, if it is one: it
   * belongs to the visitor whose request brought it, and so gets their bucket and side. A decision
   * that pins nobody gives it no side but the one that the visitor is held on anyway.
   *
   * @param assignment of the request that brought the answer
   */
  public void learn(
      byte[] setCookie, int from, int to, Visitor visitor, Assignment assignment, int epoch) {
    if (visitor.knownBucket == Assignment.NO_BUCKET || settings.learned().size() == 0) {
      return;
    }
    long found = sessionInSetCookie.find(setCookie, from, to);
    if (found < 0) {
      return;
    }
    long fingerprint = learned.fingerprint(setCookie, (int) (found >>> 32), (int) found);
    learned.put(fingerprint, heldBy(visitor, assignment, epoch));
  }

  private static Held heldBy(Visitor visitor, Assignment assignment, int epoch) {
    int bucket = visitor.knownBucket;
    if (assignment.reason().lasts()) {
      return new Held(bucket, assignment.side(), epoch, visitor.number);
    }
    if (visitor.cookieValid) {
      return new Held(bucket, visitor.cookieSide, visitor.cookieEpoch, visitor.number);
    }
    Held held = visitor.held;
    return held != null ? held : new Held(bucket, null, epoch, visitor.number);
  }
}
