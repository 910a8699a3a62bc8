package dev.crossfade.control;

/**
 * The stored state can't be used: damaged beyond recovery, not writable, or held by another
 * process. The message is for operators; the start is refused with exit code 16.
 */
public final class StateException extends Exception {
  /** With a full sentence for operators. */
  public StateException(String message) {
    super(message);
  }

  /** With a full sentence for operators, and what lies behind it. */
  public StateException(String message, Throwable cause) {
    super(message, cause);
  }
}
