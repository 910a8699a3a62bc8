package dev.crossfade.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The changes made, as far back as they are kept. Safe from any thread. */
public final class History {
  /** Most changes kept. */
  public static final int LENGTH = 10_000;

  private final Deque<Change> oldestFirst = new ArrayDeque<>();

  History(List<Change> recovered) {
    recovered.forEach(this::add);
  }

  /** The newest changes, newest first. */
  public synchronized List<Change> newest(int limit) {
    List<Change> newest = new ArrayList<>(Math.min(limit, oldestFirst.size()));
    Iterator<Change> descending = oldestFirst.descendingIterator();
    while (descending.hasNext() && newest.size() < limit) {
      newest.add(descending.next());
    }
    return newest;
  }

  /** Adds a change in its place: one that a rollback overtook comes after it, but stands before. */
  synchronized void add(Change change) {
    Change newest = oldestFirst.peekLast();
    if (newest != null && newest.state().revision() > change.state().revision()) {
      oldestFirst.removeLast();
      add(change);
      oldestFirst.addLast(newest);
      return;
    }
    oldestFirst.addLast(change);
    if (oldestFirst.size() > LENGTH) {
      oldestFirst.removeFirst();
    }
  }
}
