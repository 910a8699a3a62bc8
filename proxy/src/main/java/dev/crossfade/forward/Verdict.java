package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.route.Rule;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.split.Splitter;
import dev.crossfade.split.Visitor;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about one request, and what its answer has to say and to teach of it. Used again
 * for the next request; confined to one event loop.
 */
final class Verdict {
  private static final byte[] SET_COOKIE = "Set-Cookie".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VARIANT = "X-Crossfade-Variant".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REASON = "X-Crossfade-Reason".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BUCKET = "X-Crossfade-Bucket".getBytes(StandardCharsets.US_ASCII);

  private final Visitor visitor = new Visitor();
  private final Texts text;

  private @Nullable TrafficPlan plan;
  private @Nullable Assignment assignment;
  private @Nullable Rule rule;
  private boolean secure;
  private boolean wantsCookie;
  private @Nullable Assignment newcomer;
  private @Nullable Side movedFrom;
  private boolean debug;

  Verdict(Texts text) {
    this.text = text;
  }

  /** Begins anew, with nothing decided. */
  void reset(TrafficPlan present, ForwardSettings settings, boolean cameByTls) {
    plan = present;
    assignment = null;
    rule = null;
    secure = cameByTls;
    wantsCookie = false;
    newcomer = null;
    movedFrom = null;
    debug = settings.debugHeaders() == ForwardSettings.DebugHeaders.ALWAYS;
  }

  /** Decides, and settles the visitor where the decision says so. */
  Assignment decide(
      Decider decider, RequestHead request, byte[] clientAddress, ForwardSettings settings) {
    Assignment decided = assign(decider, request, clientAddress, settings);
    if (decided.reason() != Reason.RULE) {
      splitter().settle(visitor, decided, epoch());
    }
    wantsCookie = splitter().wantsCookie(visitor, decided, epoch());
    movedFrom = visitor.movedFrom();
    return decided;
  }

  private Assignment assign(
      Decider decider, RequestHead request, byte[] clientAddress, ForwardSettings settings) {
    Assignment decided = decider.decide(plan(), request, clientAddress, visitor);
    assignment = decided;
    rule = decider.rule();
    if (settings.debugHeaders() == ForwardSettings.DebugHeaders.UPGRADE) {
      debug = splitter().upgraded(visitor);
    }
    return decided;
  }

  /** Revision of the state that the decision is made by; 0 before there is one. */
  long revision() {
    TrafficPlan present = plan;
    return present == null ? 0 : present.state().revision();
  }

  /**
   * Decides for someone who asks which side they are on, which must change nothing: nobody is
   * settled, counted, moved or pinned by it. Only whoever has no bucket yet gets one with the
   * answer, since the side that it names would be another one with the next request.
   */
  BrowserSide look(
      Decider decider, RequestHead request, byte[] clientAddress, ForwardSettings settings) {
    Assignment decided = assign(decider, request, clientAddress, settings);
    boolean upgraded = splitter().upgraded(visitor);
    boolean byCookie = decided.reason() == Reason.UPGRADE;
    Assignment without = byCookie ? decider.withoutUpgrade(plan(), visitor) : decided;
    newcomer =
        without.reason() == Reason.FIRST && without.bucket() != Assignment.NO_BUCKET
            ? without
            : null;
    return new BrowserSide(
        plan(),
        decided,
        without,
        upgraded,
        rule == null ? null : rule.name(),
        decider.newAvailable(plan()));
  }

  /** What was decided, null if nothing was. */
  @Nullable Assignment assignment() {
    return assignment;
  }

  /** The rule that decided, null if none did. */
  @Nullable Rule rule() {
    return rule;
  }

  /** The side decided on. */
  Side side() {
    return decided().side();
  }

  /** The side on which the visitor was before, where that is known and differs. */
  @Nullable Side movedFrom() {
    return movedFrom;
  }

  /**
   * Most bytes of the request's body, 0 for no limit: the rule's that decided, else that of all.
   */
  long maxBody(ForwardSettings settings) {
    Long ofRule = rule == null ? null : rule.maxBody();
    return ofRule == null ? settings.maxBody() : ofRule;
  }

  /** Whether maintenance lets it through: the upgrade cookie does, also where a rule decided. */
  boolean passesMaintenance() {
    return decided().reason() == Reason.UPGRADE
        || plan().state().upgradeHonoured() && splitter().upgraded(visitor);
  }

  /** The fields that are added to the origin's answer. */
  void addFields(ResponseHead answer, ExtraFields extra) {
    extra.clear();
    if (wantsCookie && !SharedCaching.mayStore(answer)) {
      extra.add(SET_COOKIE, splitter().setCookie(visitor, decided(), epoch(), secure));
    }
    addDebugFields(extra);
  }

  /** Our cookie for what was decided; null where nothing was, or where the visitor needs none. */
  byte @Nullable [] cookie() {
    Assignment kept = wantsCookie ? assignment : newcomer;
    return kept == null ? null : splitter().setCookie(visitor, kept, epoch(), secure);
  }

  /** Whether the client came by TLS. */
  boolean secure() {
    return secure;
  }

  /** The fields that are added to an answer of the proxy's own. */
  void addFields(byte @Nullable [] cookie, ExtraFields extra) {
    extra.clear();
    if (cookie != null) {
      extra.add(SET_COOKIE, cookie);
    }
    addDebugFields(extra);
  }

  private void addDebugFields(ExtraFields extra) {
    Assignment decided = assignment;
    if (debug && decided != null) {
      extra.add(VARIANT, text.of(decided.side()));
      extra.add(REASON, text.of(decided.reason()));
      if (decided.bucket() != Assignment.NO_BUCKET) {
        extra.add(BUCKET, text.of(decided.bucket()));
      }
    }
  }

  /** Learns the session that the application gives the visitor. */
  void learn(ResponseHead answer) {
    FieldTable fields = answer.fields();
    for (int i = fields.find(FieldName.SET_COOKIE, 0);
        i >= 0;
        i = fields.find(FieldName.SET_COOKIE, i + 1)) {
      splitter()
          .learn(
              answer.bytes(),
              fields.valueStart(i),
              fields.valueEnd(i),
              visitor,
              decided(),
              epoch());
    }
  }

  private Splitter splitter() {
    return plan().splitter();
  }

  private int epoch() {
    return plan().state().epoch();
  }

  private TrafficPlan plan() {
    return Objects.requireNonNull(plan);
  }

  private Assignment decided() {
    return Objects.requireNonNull(assignment);
  }
}
