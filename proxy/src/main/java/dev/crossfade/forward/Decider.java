package dev.crossfade.forward;

import dev.crossfade.http.CookieScan;
import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.route.Rule;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.split.Splitter;
import dev.crossfade.split.Visitor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a request: rules, then the splitter, then failover. Keeps what it found until the
 * next request; confined to one thread.
 */
public final class Decider {
  /** Tells whether new has a healthy endpoint; asked only where that matters. */
  @FunctionalInterface
  public interface Availability {
    /** Whether requests may be sent to new under this plan. */
    boolean isNewAvailable(TrafficPlan plan);
  }

  private static final int AFFINITY = 0;
  private static final int UPGRADE = 1;
  private static final int FIRST_SESSION = 2;

  private final Availability availability;
  private final HeadFacts facts = new HeadFacts();

  private @Nullable SplitSettings cookiesOf;
  private CookieScan cookies = new CookieScan(List.of());
  private int sessionNames;
  private @Nullable Rule rule;

  /** A decider for one thread. */
  public Decider(Availability availability) {
    this.availability = availability;
  }

  /**
   * Decides, and changes nothing but what is handed in.
   *
   * @param head read during the call, and by {@link #cookies} until the next one
   * @param clientAddress of trusted proxies looked through
   * @param visitor is told who the request comes from
   */
  public Assignment decide(
      TrafficPlan plan, RequestHead head, byte[] clientAddress, Visitor visitor) {
    Splitter splitter = plan.splitter();
    look(splitter.settings(), head, clientAddress, visitor);
    rule =
        plan.rules().rules().isEmpty() ? null : plan.rules().match(facts.of(head, clientAddress));
    if (rule != null) {
      splitter.recognise(visitor);
      return Assignment.of(rule.side(), Reason.RULE, Assignment.NO_BUCKET);
    }
    Assignment assignment =
        splitter.assign(
            visitor,
            plan.state().threshold(),
            plan.state().epoch(),
            plan.state().upgradeHonoured());
    return failedOver(plan, assignment);
  }

  private Assignment failedOver(TrafficPlan plan, Assignment assignment) {
    boolean failsOver =
        assignment.side() == Side.NEW
            && assignment.reason() != Reason.UPGRADE
            && plan.failover()
            && !availability.isNewAvailable(plan);
    return failsOver ? Assignment.of(Side.OLD, Reason.FAILOVER, assignment.bucket()) : assignment;
  }

  /**
   * What the last request would have been assigned without its upgrade cookie, where that has
   * decided. Needs the head's bytes.
   *
   * @param visitor the same; forgets the upgrade cookie
   */
  Assignment withoutUpgrade(TrafficPlan plan, Visitor visitor) {
    visitor.upgrade(Visitor.ABSENT, Visitor.ABSENT);
    Assignment assignment =
        plan.splitter().assign(visitor, plan.state().threshold(), plan.state().epoch(), false);
    return failedOver(plan, assignment);
  }

  /** Whether requests may be sent to new. */
  boolean newAvailable(TrafficPlan plan) {
    return availability.isNewAvailable(plan);
  }

  private void look(
      SplitSettings settings, RequestHead head, byte[] clientAddress, Visitor visitor) {
    if (settings != cookiesOf) {
      List<String> names = new ArrayList<>();
      names.add(settings.affinity().cookie());
      names.add(settings.upgrade().cookie());
      names.addAll(settings.session().cookies());
      cookies = new CookieScan(names);
      sessionNames = settings.session().cookies().size();
      cookiesOf = settings;
    }
    byte[] b = head.bytes();
    FieldTable fields = head.fields();
    visitor.reset(b);
    visitor.clientAddress(clientAddress);
    cookies.reset();
    for (int i = 0; i < fields.count(); i++) {
      FieldName name = fields.name(i);
      if (name == FieldName.COOKIE) {
        cookies.scan(b, fields.valueStart(i), fields.valueEnd(i));
      } else if (name == FieldName.USER_AGENT) {
        visitor.userAgent(fields.valueStart(i), fields.valueEnd(i));
      }
    }
    if (cookies.valueStart(AFFINITY) != CookieScan.ABSENT) {
      visitor.affinity(cookies.valueStart(AFFINITY), cookies.valueEnd(AFFINITY));
    }
    if (cookies.valueStart(UPGRADE) != CookieScan.ABSENT) {
      visitor.upgrade(cookies.valueStart(UPGRADE), cookies.valueEnd(UPGRADE));
    }
    for (int i = FIRST_SESSION; i < FIRST_SESSION + sessionNames; i++) {
      // The first configured name that comes with a value; an empty one is none.
      if (cookies.valueStart(i) != CookieScan.ABSENT
          && cookies.valueEnd(i) > cookies.valueStart(i)) {
        visitor.session(cookies.valueStart(i), cookies.valueEnd(i));
        return;
      }
    }
  }

  /** The cookies of the last request; the first name is that of our own. */
  public CookieScan cookies() {
    return cookies;
  }

  /** The rule that decided the last request, null if none did. */
  public @Nullable Rule rule() {
    return rule;
  }
}
