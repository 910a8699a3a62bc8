package dev.crossfade.upstream;

import dev.crossfade.net.Address;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.time.Ticker;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address of an upstream: what all event loops know of it together. Safe from any thread.
 *
 * <p>Where its host is a name, it may lead to several internet addresses; they are used in turn,
 * and are one endpoint all the same.
 */
public final class Endpoint {
  private static final Logger log = LoggerFactory.getLogger(Endpoint.class);

  private record Failure(String text, Instant at) {}

  private final EndpointKey key;
  private final Address address;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Health health;
  private final ChangeLog changeLog;

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger failuresInARow = new AtomicInteger();
  private final LongAdder good = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder changes = new LongAdder();
  private final LongAdder ejections = new LongAdder();
  private final LongAdder failedProbes = new LongAdder();
  private volatile @Nullable Whereabouts whereabouts;
  private volatile @Nullable Failure lastFailure;
  private volatile @Nullable Instant since;
  private volatile boolean lost;

  /** Of the watch, which alone reads and writes it. */
  final ProbeTimes probeTimes = new ProbeTimes();

  Endpoint(EndpointKey key, Address address, Ticker ticker, InstantSource clock) {
    this.key = key;
    this.address = address;
    this.ticker = ticker;
    this.clock = clock;
    this.health = new Health(ticker, this::changed);
    this.changeLog = new ChangeLog(log, toString());
  }

  /** Side and address as configured. */
  public EndpointKey key() {
    return key;
  }

  Address address() {
    return address;
  }

  Health health() {
    return health;
  }

  Standing standing() {
    return health.standing();
  }

  /** Whether requests are sent to it while there is a choice. */
  public boolean healthy() {
    return health.standing().atLeast(Standing.SUSPECT);
  }

  private void changed(Standing now, String why) {
    boolean first = since == null;
    since = clock.instant();
    if (first) {
      return;
    }
    changes.increment();
    changeLog.changed(now.atLeast(Standing.SUSPECT), now.label() + ": " + why, ticker.nanos());
  }

  /** To be called often: what was kept back of the log is told in time. */
  void tellChanges() {
    changeLog.minuteOver(ticker.nanos());
  }

  /** Where to connect; null while the name could not be resolved. */
  @Nullable Whereabouts whereabouts() {
    return whereabouts;
  }

  /** The name, or the address itself, leads there; at least one. */
  void leadsTo(List<? extends SocketAddress> found) {
    Whereabouts before = whereabouts;
    if (before == null || !before.isSame(found)) {
      whereabouts = new Whereabouts(found);
    }
    lost = false;
    health.known();
  }

  /** Its name can't be looked up; what it led to stays. Told once, until it is found again. */
  void notFound(String why) {
    failed("The name of " + address + " can't be resolved: " + why);
    if (!lost) {
      lost = true;
      log.warn("The name of endpoint {} can't be resolved: {}", this, why);
    }
  }

  /** Requests under way, those that wait for a connection included. */
  public int inFlight() {
    return inFlight.get();
  }

  void take() {
    inFlight.incrementAndGet();
  }

  void giveBack() {
    inFlight.decrementAndGet();
  }

  void idle(int change) {
    idle.addAndGet(change);
  }

  int idle() {
    return idle.get();
  }

  AtomicInteger waiting() {
    return waiting;
  }

  /**
   * Counts a connection that is about to be made.
   *
   * @param most that there may be, 0 for any number
   * @return false if there are as many
   */
  boolean openConnection(int most) {
    int open = connections.incrementAndGet();
    if (most > 0 && open > most) {
      connections.decrementAndGet();
      return false;
    }
    return true;
  }

  void connectionGone() {
    connections.decrementAndGet();
  }

  void connectFailed(FailedConnect failed) {
    failed(failed.why());
    health.connectFailed(failed);
  }

  void probeFailed(String why) {
    failedProbes.increment();
    failed(why);
  }

  /** Notes what went wrong without anybody's request. */
  void failed(String why) {
    lastFailure = new Failure(why, clock.instant());
  }

  /** A request was answered. */
  void answeredWell() {
    good.increment();
    if (failuresInARow.get() != 0) {
      failuresInARow.set(0);
    }
  }

  /**
   * A request was answered by an error, or not to its end.
   *
   * @return how many in a row
   */
  int answeredBadly() {
    failed.increment();
    return failuresInARow.incrementAndGet();
  }

  int failuresInARow() {
    return failuresInARow.get();
  }

  long goodAnswers() {
    return good.sum();
  }

  long failedAnswers() {
    return failed.sum();
  }

  /** Leaves it out for its answers: longer every time. */
  void eject(Duration time, Duration most, String why) {
    ejections.increment();
    health.eject(time.toNanos(), most.toNanos(), why);
  }

  /** A new beginning. */
  void readmit(String why) {
    failuresInARow.set(0);
    health.readmit(why);
  }

  UpstreamView.EndpointView view(int weight) {
    Failure failure = lastFailure;
    Whereabouts where = whereabouts;
    int waits = waiting.get();
    return new UpstreamView.EndpointView(
        key.address(),
        healthy(),
        Math.max(0, inFlight.get() - waits),
        idle.get(),
        failure == null ? null : failure.text(),
        failure == null ? null : failure.at(),
        new UpstreamView.Condition(
            health.standing().label(),
            since,
            weight,
            where == null || !address.isName() ? List.of() : where.texts(),
            waits,
            good.sum(),
            failed.sum(),
            changes.sum(),
            ejections.sum(),
            failedProbes.sum()));
  }

  @Override
  public String toString() {
    return key.side().label() + " " + key.address();
  }
}
