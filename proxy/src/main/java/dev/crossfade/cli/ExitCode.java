package dev.crossfade.cli;

/** What the program tells its caller when it ends. The numbers are part of the outside contract. */
public enum ExitCode {
  /** What was asked is done. */
  DONE(0),
  /** Any error that has no code of its own. */
  OTHER(1),
  /** The command line itself is wrong. */
  USAGE(2),
  /** The configuration was refused. */
  CONFIGURATION_REFUSED(10),
  /** An address to listen on is in use. */
  ADDRESS_IN_USE(11),
  /** No admin endpoint answers. */
  UNREACHABLE(12),
  /** The token is missing, wrong or not enough. */
  NOT_AUTHORISED(13),
  /** The control state has moved on since it was looked at. */
  CONFLICT(14),
  /** A value was refused. */
  VALUE_REFUSED(15),
  /** The state folder is damaged, held by another process or not writable. */
  STATE_UNUSABLE(16),
  /** Ended by SIGINT. */
  INTERRUPTED(130);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number a shell sees. */
  public int code() {
    return code;
  }
}
