package dev.crossfade.metrics;

import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.Method;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * {@code crossfade_requests_total}: one cell for each combination of variant, reason, code and
 * method, found by arithmetic. A cell is made when its combination is first seen; from then on
 * counting allocates nothing and looks up nothing by name.
 *
 * <p>A Prometheus collector rather than a Micrometer counter for each cell: registering a meter
 * takes locks and builds names, which an event loop should not do in the midst of a request. Here
 * the labels are made when somebody scrapes.
 */
final class RequestCounters implements Collector {
  private static final Side[] SIDES = Side.values();
  private static final Reason[] REASONS = Reason.values();
  private static final Method[] METHODS = Method.values();
  private static final int FIRST_CODE = 100;
  private static final int LAST_CODE = 599;
  // One slot more than there are values: no side, no reason, another code.
  private static final int REASON_SLOTS = REASONS.length + 1;
  private static final int CODE_SLOTS = LAST_CODE - FIRST_CODE + 2;
  private static final int SLOTS = (SIDES.length + 1) * REASON_SLOTS * CODE_SLOTS * METHODS.length;

  private final AtomicReferenceArray<@Nullable LongAdder> cells = new AtomicReferenceArray<>(SLOTS);

  RequestCounters() {
    // A family without any series would not be there at all before the first request.
    cell(slot(Side.OLD, Reason.BUCKET, 200, Method.GET));
    cell(slot(Side.NEW, Reason.BUCKET, 200, Method.GET));
  }

  void count(@Nullable Side side, @Nullable Reason reason, int status, Method method) {
    cell(slot(side, reason, status, method)).increment();
  }

  private LongAdder cell(int slot) {
    LongAdder cell = cells.get(slot);
    if (cell != null) {
      return cell;
    }
    LongAdder made = new LongAdder();
    LongAdder first = cells.compareAndExchange(slot, null, made);
    return first == null ? made : first;
  }

  /**
   * How many requests of a side were answered with a status in this range, by any reason and
   * method.
   */
  long answered(Side side, int lowestStatus, int highestStatus) {
    long answered = 0;
    for (int reason = 0; reason < REASON_SLOTS; reason++) {
      int first = ((side.ordinal() * REASON_SLOTS + reason) * CODE_SLOTS) * METHODS.length;
      int from = first + (lowestStatus - FIRST_CODE) * METHODS.length;
      int to = first + (highestStatus - FIRST_CODE + 1) * METHODS.length;
      for (int slot = from; slot < to; slot++) {
        LongAdder cell = cells.get(slot);
        answered += cell == null ? 0 : cell.sum();
      }
    }
    return answered;
  }

  private static int slot(@Nullable Side side, @Nullable Reason reason, int status, Method method) {
    int sideSlot = side == null ? SIDES.length : side.ordinal();
    int reasonSlot = reason == null ? REASONS.length : reason.ordinal();
    int codeSlot = status < FIRST_CODE || status > LAST_CODE ? CODE_SLOTS - 1 : status - FIRST_CODE;
    return ((sideSlot * REASON_SLOTS + reasonSlot) * CODE_SLOTS + codeSlot) * METHODS.length
        + method.ordinal();
  }

  @Override
  public MetricSnapshot collect() {
    CounterSnapshot.Builder family =
        CounterSnapshot.builder()
            .name("crossfade_requests")
            .help("Requests answered, by the version that served them and why it was chosen.");
    for (int slot = 0; slot < SLOTS; slot++) {
      LongAdder cell = cells.get(slot);
      if (cell != null) {
        family.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(labels(slot))
                .value((double) cell.sum())
                .build());
      }
    }
    return family.build();
  }

  private static Labels labels(int slot) {
    int method = slot % METHODS.length;
    int code = slot / METHODS.length % CODE_SLOTS;
    int reason = slot / METHODS.length / CODE_SLOTS % REASON_SLOTS;
    int side = slot / METHODS.length / CODE_SLOTS / REASON_SLOTS;
    return Labels.of(
        "variant",
        side == SIDES.length ? "none" : SIDES[side].label(),
        "reason",
        reason == REASONS.length ? "none" : REASONS[reason].label(),
        "code",
        code == CODE_SLOTS - 1 ? "other" : Integer.toString(code + FIRST_CODE),
        "method",
        METHODS[method].label());
  }
}
