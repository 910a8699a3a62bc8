package dev.crossfade.admin;

/**
 * A call of the API.
 *
 * @param admission who may call it
 * @param lane where it runs
 */
record Route(String method, Admission admission, Lane lane, Handler handler) {

  /** Who may call. */
  enum Admission {
    /** Everyone, by any name of the host. */
    ANYONE,
    /** Who is where the API may be used from; no token. */
    PAGE,
    /** Who has a token, where one is configured. */
    CALLER
  }

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
