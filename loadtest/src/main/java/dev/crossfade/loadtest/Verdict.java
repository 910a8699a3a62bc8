package dev.crossfade.loadtest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a run proves: the visitors' diaries held against the origins' ledger and the timeline of
 * changes. Nothing here asks the proxy.
 */
final class Verdict {

  /** What can be wrong with a request. */
  enum Wrong {
    LOST("lost (no whole answer)"),
    FALSE("answered with something else"),
    UNACCOUNTED("answered, but never at an origin"),
    DOUBLED("doubled"),
    DAMAGED("body changed on the way"),
    UNKNOWN("at an origin, but never sent"),
    WRONG_SIDE("on the wrong side"),
    AFTER_ROLLBACK("reached new after a rollback"),
    UNPROVED("changes that no request followed");

    private final String label;

    Wrong(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** What was seen between a change's answer and the next change, of visitors with a bucket. */
  static final class Phase {
    private final Timeline.Change change;
    private final Set<String> visitors = new HashSet<>();
    private final Set<String> visitorsOnNew = new HashSet<>();
    private long requests;
    private long requestsOnNew;

    private Phase(Timeline.Change change) {
      this.change = change;
    }

    Timeline.Change change() {
      return change;
    }

    long requests() {
      return requests;
    }

    long requestsOnNew() {
      return requestsOnNew;
    }

    int visitors() {
      return visitors.size();
    }

    int visitorsOnNew() {
      return visitorsOnNew.size();
    }

    private void saw(String visitor, Side side) {
      requests++;
      visitors.add(visitor);
      if (side == Side.NEW) {
        requestsOnNew++;
        visitorsOnNew.add(visitor);
      }
    }
  }

  private static final int EXAMPLES = 10;

  private final Ledger ledger;
  private final Timeline timeline;
  private final List<Phase> phases;
  private final Map<Wrong, Long> wrongs = new EnumMap<>(Wrong.class);
  private final List<String> examples = new ArrayList<>();
  private long sent;
  private long answered;

  private Verdict(Ledger ledger, Timeline timeline) {
    this.ledger = ledger;
    this.timeline = timeline;
    this.phases = timeline.changes().stream().map(Phase::new).toList();
  }

  /** Judges a run that is over: no request is under way any more. */
  static Verdict of(List<Diary> diaries, Ledger ledger, Timeline timeline) {
    Verdict verdict = new Verdict(ledger, timeline);
    Set<String> unknown = new HashSet<>(ledger.ids());
    for (Diary diary : diaries) {
      verdict.judge(diary);
      diary.sent().forEach(request -> unknown.remove(request.id()));
    }
    unknown.forEach(id -> verdict.blame(Wrong.UNKNOWN, id, "no visitor sent it"));
    for (Phase phase : verdict.phases) {
      if (phase.requests == 0) {
        verdict.blame(Wrong.UNPROVED, phase.change.name(), "no request began after its answer");
      }
    }
    return verdict;
  }

  boolean good() {
    return wrongs.isEmpty();
  }

  long sent() {
    return sent;
  }

  long answered() {
    return answered;
  }

  long count(Wrong wrong) {
    return wrongs.getOrDefault(wrong, 0L);
  }

  /** One for each change. */
  List<Phase> phases() {
    return phases;
  }

  /** The first few things that were wrong, a line each. */
  List<String> examples() {
    return List.copyOf(examples);
  }

  private void judge(Diary diary) {
    BucketRange bucket = diary.bucket();
    for (Diary.Sent request : diary.sent()) {
      sent++;
      List<Ledger.Arrival> arrivals = ledger.of(request.id());
      judgeAnswer(request, arrivals);
      judgeArrivals(request, arrivals);
      for (Ledger.Arrival arrival : arrivals) {
        bucket = judgeSide(diary, bucket, request, arrival);
      }
    }
  }

  private void judgeAnswer(Diary.Sent request, List<Ledger.Arrival> arrivals) {
    switch (request.outcome()) {
      case ANSWERED -> answered++;
      case LOST -> blame(Wrong.LOST, request.id(), request.detail());
      case FALSE -> blame(Wrong.FALSE, request.id(), request.detail());
    }
    if (request.outcome() == Diary.Outcome.ANSWERED
        && arrivals.stream().noneMatch(arrival -> arrival.side() == request.saidBy())) {
      blame(Wrong.UNACCOUNTED, request.id(), "it claims to come from " + request.saidBy());
    }
  }

  private void judgeArrivals(Diary.Sent request, List<Ledger.Arrival> arrivals) {
    if (arrivals.size() > 1) {
      blame(Wrong.DOUBLED, request.id(), "it arrived " + arrivals.size() + " times");
    }
    for (Ledger.Arrival arrival : arrivals) {
      boolean cutOff = arrival.bodyHash() == Ledger.UNFINISHED;
      boolean excused = cutOff && request.outcome() != Diary.Outcome.ANSWERED;
      if (arrival.bodyHash() != request.bodyHash() && !excused) {
        blame(Wrong.DAMAGED, request.id(), cutOff ? "its end never came" : "its hash differs");
      }
    }
  }

  private BucketRange judgeSide(
      Diary diary, BucketRange bucket, Diary.Sent request, Ledger.Arrival arrival) {
    if (diary.always() != null) {
      if (arrival.side() != diary.always()) {
        blame(Wrong.WRONG_SIDE, request.id(), diary.visitor() + " belongs to " + diary.always());
      }
      return bucket;
    }
    Timeline.Thresholds inForce = timeline.between(request.began(), arrival.at());
    int after = timeline.surelyAfter(request.began());
    boolean settled = inForce.lowest() == inForce.highest();
    if (settled && after >= 0) {
      phases.get(after).saw(diary.visitor(), arrival.side());
    }
    if (settled
        && arrival.side() == Side.NEW
        && after >= 0
        && phases.get(after).change.rollback()) {
      blame(Wrong.AFTER_ROLLBACK, request.id(), "it began after the rollback's answer");
    }
    if (!bucket.allows(arrival.side(), inForce)) {
      blame(
          Wrong.WRONG_SIDE,
          request.id(),
          "%s with %s was on %s under %s"
              .formatted(diary.visitor(), bucket, arrival.side(), inForce));
      return bucket;
    }
    return bucket.narrowed(arrival.side(), inForce);
  }

  private void blame(Wrong wrong, String what, String why) {
    wrongs.merge(wrong, 1L, Long::sum);
    if (examples.size() < EXAMPLES) {
      examples.add(wrong.label() + ": " + what + ", " + why);
    }
  }
}
