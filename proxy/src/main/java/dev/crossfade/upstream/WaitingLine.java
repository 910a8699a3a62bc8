package dev.crossfade.upstream;

import dev.crossfade.time.Deadline;
import dev.crossfade.time.Deadlines;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one event loop that wait for a connection to an endpoint which has all it may have,
 * first come, first served. Confined to that loop. Bounded by whoever lets them in.
 */
final class WaitingLine {
  private final Deadlines deadlines;
  private final Endpoint endpoint;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  WaitingLine(Deadlines deadlines, Endpoint endpoint) {
    this.deadlines = deadlines;
    this.endpoint = endpoint;
  }

  private final class Waiting extends Deadline {
    private final ConnectionUser user;

    Waiting(ConnectionUser user) {
      this.user = user;
    }

    @Override
    protected void passed(long now) {
      waiting.remove(this);
      left(this);
      user.overloaded();
    }
  }

  /** Takes the last place, until then at most. */
  void join(ConnectionUser user, long untilNanos) {
    Waiting last = new Waiting(user);
    last.set(untilNanos);
    deadlines.add(last);
    waiting.add(last);
    endpoint.waiting().incrementAndGet();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whose turn it is; null if nobody waits. */
  @Nullable ConnectionUser first() {
    Waiting first = waiting.peek();
    return first == null ? null : first.user;
  }

  /** The first need not wait any longer. */
  void leave() {
    left(waiting.remove());
  }

  private void left(Waiting one) {
    deadlines.remove(one);
    endpoint.waiting().decrementAndGet();
  }
}
