package dev.crossfade.jmh;

import dev.crossfade.forward.Decider;
import dev.crossfade.http.CookieScan;
import dev.crossfade.http.RequestHead;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.route.RuleTable;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Splitter;
import dev.crossfade.split.Visitor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Which version serves a request: from the scanned head to the assignment. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBenchmark {
  private final Splitter splitter = Shop.splitter();
  private final RequestHead head = Shop.scanned(Shop.requestOf(splitter));
  private final TrafficPlan withoutRules = Shop.plan(splitter, RuleTable.EMPTY);
  private final TrafficPlan withTenRules = Shop.plan(splitter, Shop.tenRules());
  private final Decider decider = new Decider(plan -> true);
  private final byte[] client = Shop.client();
  private final Visitor visitor = new Visitor();
  private final CookieScan cookie = Shop.cookies(head);
  private final RequestHead unlearned = Shop.scanned(Shop.requestWithSession("unlearned"));
  private final RequestHead learned = Shop.scanned(Shop.requestWithSession("learned"));

  /** Makes sure that what is measured is what is meant: a cookie that is good, and no rule. */
  public DecisionBenchmark() {
    decider.decide(withTenRules, head, client, visitor);
    if (visitor.knownBucket() != Shop.BUCKET || decider.rule() != null) {
      throw new IllegalStateException("The visitor is not decided about as they should be.");
    }
    byte[] login = Shop.setCookieWithSession("learned");
    splitter.learn(login, 0, login.length, visitor, decide(), 0);
    if (decideByLearnedSession().bucket() != Shop.BUCKET
        || decideBySession().bucket() == Shop.BUCKET) {
      throw new IllegalStateException("The session was not learned as it should be.");
    }
  }

  /** Cookies found, ours verified, bucket compared. */
  @Benchmark
  public Assignment decide() {
    return decider.decide(withoutRules, head, client, visitor);
  }

  /** The same behind ten rules that are all tried in vain. */
  @Benchmark
  public Assignment decideBehindTenRules() {
    return decider.decide(withTenRules, head, client, visitor);
  }

  /** Without our cookie: the session is looked up in vain, and hashed. */
  @Benchmark
  public Assignment decideBySession() {
    return decider.decide(withoutRules, unlearned, client, visitor);
  }

  /** Without our cookie, of a visitor whose session was learned. */
  @Benchmark
  public Assignment decideByLearnedSession() {
    return decider.decide(withoutRules, learned, client, visitor);
  }

  /** Our cookie alone, of a visitor whom this thread has seen: all but the first time. */
  @Benchmark
  public Visitor verifyRememberedCookie() {
    visitor.reset(head.bytes());
    visitor.affinity(cookie.valueStart(0), cookie.valueEnd(0));
    splitter.recognise(visitor);
    return visitor;
  }
}
