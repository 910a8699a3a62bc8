package dev.crossfade.admin;

/**
 * A call of the API.
 *
 * @param open whether it needs no token and answers any Host
 * @param lane where it runs
 */
record Route(String method, boolean open, Lane lane, Handler handler) {

  /** What answers a call. */
  @FunctionalInterface
  interface Handler {
    /**
     * Answers.
     *
     * @throws Problem for an answer that is an error
     */
    Answer answer(AdminRequest request) throws Problem;
  }

  /**
   * Where a call runs. Each lane but the first has a thread of its own, so that reading goes on
   * while a change waits for the disk, and a rollback waits for neither.
   */
  enum Lane {
    /** On the event loop: takes microseconds. */
    LOOP,
    /** Takes milliseconds. */
    READ,
    /** Waits for the store. */
    CHANGE,
    ROLLBACK
  }
}
