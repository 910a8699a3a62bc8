package dev.crossfade.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A store that fails, doubts and hangs as it is told. */
final class MemoryStore implements PlanStore {
  final List<Change> stored = new ArrayList<>();
  volatile boolean failing;
  volatile boolean doubting;
  volatile boolean closed;

  /** Reached by an append that is to hang, and what it hangs on. */
  volatile @Nullable CountDownLatch hanging;

  volatile @Nullable CountDownLatch release;
  private volatile boolean inDoubt;

  @Override
  public Recovered recover(Change initial) {
    if (stored.isEmpty()) {
      stored.add(initial);
    }
    return new Recovered(stored, List.of());
  }

  @Override
  public void append(List<Change> changes) throws IOException {
    CountDownLatch reached = hanging;
    CountDownLatch gate = release;
    if (reached != null && gate != null) {
      hanging = null;
      reached.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    mend();
    if (failing) {
      inDoubt = doubting;
      throw new IOException("No space left on device");
    }
    stored.addAll(changes);
  }

  @Override
  public boolean inDoubt() {
    return inDoubt;
  }

  @Override
  public void mend() throws IOException {
    if (inDoubt && failing) {
      throw new IOException("still full");
    }
    inDoubt = false;
  }

  @Override
  public void close() {
    closed = true;
  }
}
