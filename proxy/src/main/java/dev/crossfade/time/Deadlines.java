package dev.crossfade.time;

import org.jspecify.annotations.Nullable;

/**
 * All deadlines of one event loop, in a linked list that is swept a few times a second: with
 * thousands of connections that each move their deadline several times a request, a sweep is far
 * cheaper than a timer queue. Confined to one thread.
 */
public final class Deadlines {
  private @Nullable Deadline first;
  private @Nullable Deadline following;

  /** Takes a deadline in, set or not. */
  public void add(Deadline deadline) {
    deadline.list = this;
    deadline.previous = null;
    deadline.next = first;
    if (first != null) {
      first.previous = deadline;
    }
    first = deadline;
  }

  /** Lets a deadline go; does nothing if it is not in the list. May be called while sweeping. */
  public void remove(Deadline deadline) {
    if (deadline.list != this) {
      return;
    }
    if (following == deadline) {
      following = deadline.next;
    }
    if (deadline.previous == null) {
      first = deadline.next;
    } else {
      deadline.previous.next = deadline.next;
    }
    if (deadline.next != null) {
      deadline.next.previous = deadline.previous;
    }
    deadline.list = null;
    deadline.previous = null;
    deadline.next = null;
  }

  /** Tells every deadline that has passed. */
  public void sweep(long now) {
    Deadline at = first;
    while (at != null) {
      following = at.next;
      at.check(now);
      at = following;
    }
    following = null;
  }
}
