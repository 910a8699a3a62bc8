package dev.crossfade.upstream;

import dev.crossfade.plan.Ejection;
import dev.crossfade.split.Side;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Leaves endpoints out for what they answer: failed answers in a row, or far more of them than its
 * peers have. Never the last healthy endpoint of a side, never more of them than the configured
 * share, and nobody for what all the others do as well: an application that is broken everywhere is
 * not mended by using less of it.
 *
 * <p>Asked only when an answer has failed, and once a round of the {@link Watch}; so a lock will
 * do.
 */
final class Ejections {
  /** Answers between two comparisons that an endpoint must have given to be compared. */
  static final int ENOUGH = 100;

  private static final int WHOLE = 10_000;

  private final Function<Side, List<Endpoint>> members;
  private final Function<Side, Ejection> rules;
  private final Map<Endpoint, Answers> before = new HashMap<>();

  private record Answers(long good, long failed) {}

  /**
   * @param members the endpoints of a side that are ready
   * @param rules the configured ones
   */
  Ejections(Function<Side, List<Endpoint>> members, Function<Side, Ejection> rules) {
    this.members = members;
    this.rules = rules;
  }

  /** An answer has failed. */
  void failed(Endpoint endpoint) {
    int inARow = endpoint.answeredBadly();
    Ejection rule = rules.apply(endpoint.key().side());
    // Where it can't be left out, it is not asked every time whether it can.
    if (rule.failures() > 0 && inARow % rule.failures() == 0) {
      failedInARow(endpoint, rule, inARow);
    }
  }

  private synchronized void failedInARow(Endpoint endpoint, Ejection rule, int inARow) {
    boolean aPeerDoesBetter =
        members.apply(endpoint.key().side()).stream()
            .anyMatch(e -> e != endpoint && e.healthy() && e.failuresInARow() == 0);
    if (aPeerDoesBetter) {
      consider(endpoint, rule, inARow + " failed answers in a row");
    }
  }

  private void consider(Endpoint endpoint, Ejection rule, String why) {
    List<Endpoint> all = members.apply(endpoint.key().side());
    boolean another = all.stream().anyMatch(e -> e != endpoint && e.healthy());
    long out = all.stream().filter(e -> e.health().isEjected()).count();
    long most = Math.max(1, (long) all.size() * rule.maxShare() / WHOLE);
    if (all.contains(endpoint) && endpoint.healthy() && another && out < most) {
      endpoint.eject(rule.time(), rule.maxTime(), why);
    }
  }

  /** Takes back whose time is over, and who is needed. To be called every round. */
  synchronized void readmit(Side side) {
    List<Endpoint> all = members.apply(side);
    boolean needed = all.stream().noneMatch(Endpoint::healthy);
    for (Endpoint endpoint : all) {
      if (needed && endpoint.standing() == Standing.EJECTED) {
        endpoint.readmit("no other is left");
      } else if (endpoint.health().mayBeReadmitted()) {
        endpoint.readmit("its time is over");
      }
    }
  }

  /** Compares each with its peers by their answers since the last call. */
  synchronized void compare(Side side) {
    Ejection rule = rules.apply(side);
    Map<Endpoint, Answers> lately = new HashMap<>();
    for (Endpoint endpoint : members.apply(side)) {
      Answers now = new Answers(endpoint.goodAnswers(), endpoint.failedAnswers());
      Answers then = before.put(endpoint, now);
      if (then != null && endpoint.healthy()) {
        lately.put(endpoint, new Answers(now.good() - then.good(), now.failed() - then.failed()));
      }
    }
    before.keySet().removeIf(e -> e.key().side() == side && !members.apply(side).contains(e));
    if (rule.behindPeers() > 0) {
      lately.forEach((endpoint, answers) -> compare(endpoint, answers, lately, rule));
    }
  }

  private void compare(
      Endpoint endpoint, Answers its, Map<Endpoint, Answers> lately, Ejection rule) {
    long good = 0;
    long failed = 0;
    for (Map.Entry<Endpoint, Answers> peer : lately.entrySet()) {
      if (peer.getKey() != endpoint) {
        good += peer.getValue().good();
        failed += peer.getValue().failed();
      }
    }
    if (its.good() + its.failed() < ENOUGH || good + failed < ENOUGH) {
      return;
    }
    long itsFailed = its.failed() * WHOLE / (its.good() + its.failed());
    long theirs = failed * WHOLE / (good + failed);
    if (itsFailed - theirs >= rule.behindPeers()) {
      consider(
          endpoint,
          rule,
          itsFailed / 100 + " % of its answers failed, and " + theirs / 100 + " % of its peers'");
    }
  }
}
