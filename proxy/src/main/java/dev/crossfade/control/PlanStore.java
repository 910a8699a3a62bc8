package dev.crossfade.control;

import java.io.IOException;
import java.util.List;

/**
 * Where the control state is made durable. Used by one thread at a time.
 *
 * <p>A store is <i>in doubt</i> after a failure that may have left on it what was refused; {@link
 * #mend} ends the doubt.
 */
public interface PlanStore extends AutoCloseable {
  /**
   * The last good state, and the changes that led to it. Called once, before all else.
   *
   * @param initial stored and given back where there is no state yet
   * @throws StateException if there was a state and nothing good is left of it
   */
  Recovered recover(Change initial) throws StateException;

  /**
   * Makes the changes durable, all of them or none.
   *
   * @throws IOException if they are not; what was stored before stays
   */
  void append(List<Change> changes) throws IOException;

  /** Whether the store may hold a change that was refused. */
  boolean inDoubt();

  /**
   * Makes the store hold exactly what was appended with success.
   *
   * @throws IOException if the doubt remains
   */
  void mend() throws IOException;

  /** Gives the store free for another process. */
  @Override
  void close();

  /**
   * What was found.
   *
   * @param history oldest first, ending with the last good state
   * @param damage what was wrong, each in a sentence for operators
   */
  record Recovered(List<Change> history, List<String> damage) {
    /** Copies the lists. */
    public Recovered {
      history = List.copyOf(history);
      damage = List.copyOf(damage);
    }

    /** The last good state. */
    public Change latest() {
      return history.get(history.size() - 1);
    }
  }
}
