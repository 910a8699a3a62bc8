package dev.crossfade.control;

import dev.crossfade.control.ChangeRefused.Why;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.CurrentPlan;
import dev.crossfade.plan.Maintenance;
import dev.crossfade.plan.NextState;
import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.PlanEdit.Reconfigure;
import dev.crossfade.plan.PlanEdit.SetEndpointState;
import dev.crossfade.plan.TrafficPlan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the one reference to the traffic plan.
 *
 * <p>A change is <i>durable first, then in force, then answered</i>. All changes run one after the
 * other on the store thread, which alone touches the {@link PlanStore}. What changes nothing makes
 * no revision; a revision of which anything may be left anywhere is never given again.
 *
 * <p>A <i>rollback</i> is the other way round: in force at once, on the thread of whoever asks for
 * it, whatever the store is doing at that moment, then made durable, in the background until it
 * succeeds. It may so overtake a change whose record is on its way to the disk. That change then
 * counts as made just before the rollback: a percentage is superseded by it; a decision about
 * maintenance, endpoints or configuration, which a rollback does not concern, is made again on top
 * of it.
 *
 * <p>Safe from any thread, but never to be called on an event loop: all but {@link #get}, {@link
 * #preview}, {@link #history} and {@link #durable} wait for the store.
 */
public final class ControlPlane implements CurrentPlan, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);

  /** How long a rollback's answer waits to be able to say that it is durable. */
  static final Duration ROLLBACK_PATIENCE = Duration.ofSeconds(3);

  static final Duration FIRST_RETRY = Duration.ofMillis(100);
  static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final PlanStore store;
  private final InstantSource clock;
  private final ScheduledExecutorService storeThread;
  private final History history;

  /** Written under the lock of this object, read by everyone. */
  private volatile TrafficPlan plan;

  // Under the lock of this object.
  private Change last;
  private long lastRevision;
  private final List<Change> unstored = new ArrayList<>();

  private volatile Runnable whenChanged = () -> {};

  /** What {@link #durable} says: nothing in force is missing from the store, or too much on it. */
  private volatile boolean durable = true;

  // On the store thread.
  private Duration nextRetry = FIRST_RETRY;
  private boolean retryPlanned;

  /**
   * Takes up the stored state, or makes the initial one.
   *
   * @param store closed by {@link #close}, and when this fails
   * @param storeThread one thread on which the store is used; shut down by {@link #close}
   * @param initialThreshold percentage × 100 where there is no state yet
   * @param configured the plan of the configuration under a control state
   * @throws StateException if the store holds no good state, or can't be written
   */
  public ControlPlane(
      PlanStore store,
      ScheduledExecutorService storeThread,
      InstantSource clock,
      int initialThreshold,
      Function<ControlState, TrafficPlan> configured)
      throws StateException {
    this.store = store;
    this.storeThread = storeThread;
    this.clock = clock;
    try {
      PlanStore.Recovered recovered = store.recover(initial(initialThreshold, now()));
      recovered.damage().forEach(log::error);
      history = new History(recovered.history());
      last = recovered.latest();
      lastRevision = last.state().revision();
      plan = configured.apply(last.state());
      dropForgottenEndpoints();
    } catch (StateException | RuntimeException e) {
      store.close();
      storeThread.shutdown();
      throw e;
    }
  }

  /** A thread for the store, as the constructor wants it. */
  public static ScheduledExecutorService storeThread() {
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "crossfade-store"));
    // A retry that is due in half a minute must not keep the process from ending.
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return thread;
  }

  private static Change initial(int threshold, Instant now) {
    return Change.initial(
        new ControlState(
            1, threshold, 0, Maintenance.NONE, true, Map.of(), now, Author.PROXY.name(), ""));
  }

  /** The configuration may have changed while nothing ran. A full disk must not keep us down. */
  private void dropForgottenEndpoints() {
    try {
      change(new Reconfigure(plan), Author.PROXY, "", Precondition.NONE);
    } catch (ChangeRefused e) {
      log.warn(
          "the states of endpoints that are no longer configured are kept: {}", e.getMessage());
    }
  }

  @Override
  public TrafficPlan get() {
    return plan;
  }

  /** The changes made. */
  public History history() {
    return history;
  }

  /** Whether the store holds what is in force, and nothing else. */
  public boolean durable() {
    return durable;
  }

  /**
   * Has somebody told whenever the state in force has changed, or whether it is durable. One
   * listener; it is called under the lock of changes, so it must neither wait nor fail.
   */
  public void whenChanged(Runnable listener) {
    whenChanged = listener;
  }

  /**
   * What an edit would make of the state, without making it.
   *
   * @throws ChangeRefused if the state has moved on
   */
  public synchronized Preview preview(PlanEdit edit, Precondition ifMatch) throws ChangeRefused {
    return new Preview(plan.state(), next(edit, ifMatch));
  }

  /**
   * Makes a change and waits until it is durable and in force, but for a rollback, which is in
   * force at once and waits a bounded time for the store.
   *
   * @param reason the author's words, may be empty
   * @param ifMatch passed over by a rollback
   * @throws ChangeRefused if it was not made; nothing has changed then
   */
  public InForce apply(PlanEdit edit, Author author, String reason, Precondition ifMatch)
      throws ChangeRefused {
    if (edit instanceof PlanEdit.Rollback) {
      return rollback(author, reason);
    }
    try {
      return await(storeThread.submit(() -> change(edit, author, reason, ifMatch)));
    } catch (RejectedExecutionException e) {
      throw refused(Why.CLOSED, "The proxy is shutting down.");
    }
  }

  private InForce rollback(Author author, String reason) {
    ControlState state;
    boolean changed;
    synchronized (this) {
      ControlState before = plan.state();
      ControlState after = next(new PlanEdit.Rollback());
      changed = !after.equals(before);
      if (changed) {
        Change change = stamped(before, after, ChangeKind.ROLLBACK, author, reason);
        unstored.add(change);
        durable = false;
        publish(change, plan);
      }
      state = plan.state();
    }
    return new InForce(state, durable || storedInTime(), changed);
  }

  /** Whether all that is in force could be stored within the patience of a rollback's answer. */
  private boolean storedInTime() {
    try {
      return storeThread
          .submit(this::storeUnstored)
          .get(ROLLBACK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException | RejectedExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** On the store thread: stores, publishes, and begins again where a rollback came between. */
  private InForce change(PlanEdit edit, Author author, String reason, Precondition ifMatch)
      throws ChangeRefused {
    Precondition precondition = ifMatch;
    while (true) {
      Change change;
      List<Change> toStore;
      synchronized (this) {
        ControlState before = plan.state();
        ControlState after = next(edit, precondition);
        if (after.equals(before)) {
          reconfigure(edit);
          return new InForce(before, durable, false);
        }
        change = stamped(before, after, ChangeKind.of(edit), author, reason);
        toStore = new ArrayList<>(unstored);
        toStore.add(change);
      }
      long base = change.state().revision();
      store(toStore);
      synchronized (this) {
        unstored.removeAll(toStore);
        settle();
        if (plan.state().revision() < base) {
          publish(change, configured(edit));
          return new InForce(change.state(), true, true);
        }
        history.add(change);
        if (supersededByRollback(edit)) {
          return new InForce(change.state(), true, true);
        }
      }
      precondition = Precondition.NONE;
    }
  }

  private static boolean supersededByRollback(PlanEdit edit) {
    return edit instanceof PlanEdit.SetThreshold || edit instanceof PlanEdit.Promote;
  }

  private ControlState next(PlanEdit edit, Precondition ifMatch) throws ChangeRefused {
    long revision = plan.state().revision();
    if (!ifMatch.allows(revision)) {
      throw refused(Why.STALE, "The control state has moved on to revision " + revision + ".");
    }
    if (edit instanceof SetEndpointState set && !NextState.knows(plan, set.endpoint())) {
      throw refused(Why.UNKNOWN_ENDPOINT, "There is no such endpoint.");
    }
    return next(edit);
  }

  private ControlState next(PlanEdit edit) {
    return NextState.after(plan, edit, last.kind() == ChangeKind.of(edit));
  }

  private Change stamped(
      ControlState before, ControlState after, ChangeKind kind, Author author, String reason) {
    lastRevision++;
    ControlState stamped = after.stamped(lastRevision, now(), author.name(), reason);
    return Change.between(before, stamped, kind);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private void publish(Change change, TrafficPlan configuration) {
    last = change;
    plan = configuration.with(change.state());
    history.add(change);
    log.info(
        "revision {}: {} by {}",
        change.state().revision(),
        change.what(),
        change.state().changedBy());
    whenChanged.run();
  }

  /** A configuration that leaves the control state alone is in force without a revision. */
  private void reconfigure(PlanEdit edit) {
    plan = configured(edit).with(plan.state());
  }

  private TrafficPlan configured(PlanEdit edit) {
    return edit instanceof Reconfigure reconfigure ? reconfigure.configured() : plan;
  }

  private void store(List<Change> changes) throws ChangeRefused {
    try {
      store.append(changes);
    } catch (IOException | RuntimeException e) {
      log.error("the control state could not be stored, and the change is refused: {}", cause(e));
      synchronized (this) {
        settle();
        takeBack(changes.get(changes.size() - 1));
      }
      planRetry();
      throw refused(Why.NOT_STORED, "The change could not be made durable.");
    }
  }

  /**
   * A revision that nobody saw, and of which surely nothing is left on the store, was not given.
   */
  private void takeBack(Change refused) {
    if (!store.inDoubt() && refused.state().revision() == lastRevision) {
      lastRevision--;
    }
  }

  /** On the store thread: whether nothing is left to store. */
  private boolean storeUnstored() {
    List<Change> toStore;
    synchronized (this) {
      toStore = new ArrayList<>(unstored);
    }
    try {
      store.mend();
      if (!toStore.isEmpty()) {
        store.append(toStore);
      }
      nextRetry = FIRST_RETRY;
    } catch (IOException | RuntimeException e) {
      log.error("the control state in force is not durable and will be tried again: {}", cause(e));
      synchronized (this) {
        settle();
      }
      planRetry();
      return false;
    }
    synchronized (this) {
      unstored.removeAll(toStore);
      settle();
      if (durable && !toStore.isEmpty()) {
        log.info("revision {} is durable", last.state().revision());
      }
      return durable;
    }
  }

  private static String cause(Exception failure) {
    return failure.toString();
  }

  private void settle() {
    boolean before = durable;
    durable = unstored.isEmpty() && !store.inDoubt();
    if (durable != before) {
      whenChanged.run();
    }
  }

  /** On the store thread. */
  private void planRetry() {
    if (durable || retryPlanned) {
      return;
    }
    try {
      ScheduledFuture<?> unused =
          storeThread.schedule(this::retry, nextRetry.toMillis(), TimeUnit.MILLISECONDS);
      retryPlanned = true;
      Duration doubled = nextRetry.multipliedBy(2);
      nextRetry = doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
    } catch (RejectedExecutionException e) {
      log.error("the proxy ends with a control state that is not durable");
    }
  }

  private void retry() {
    retryPlanned = false;
    storeUnstored();
  }

  private ChangeRefused refused(Why why, String message) {
    return new ChangeRefused(why, plan.state(), message);
  }

  private InForce await(Future<InForce> change) throws ChangeRefused {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return change.get();
        } catch (InterruptedException e) {
          // The change may be made or not; only the store thread knows, so its word is waited for.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ChangeRefused unwrapped(@Nullable Throwable failure) {
    if (failure instanceof ChangeRefused refused) {
      return refused;
    }
    log.error("a change failed", failure);
    return refused(Why.NOT_STORED, "The change could not be made.");
  }

  /** Lets changes under way finish, stores what is not durable yet if it can, and lets go. */
  @Override
  public void close() {
    try {
      storeThread.execute(this::storeUnstored);
    } catch (RejectedExecutionException e) {
      return; // closed before
    }
    storeThread.shutdown();
    try {
      if (!storeThread.awaitTermination(10, TimeUnit.SECONDS)) {
        log.error("the store did not answer within 10 s; the proxy ends without waiting for it");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    store.close();
  }
}
