package dev.crossfade.net;

/** How sockets are driven. */
public enum TransportKind {
  /** The first of the others that works here. */
  AUTO("auto"),
  IO_URING("io_uring"),
  EPOLL("epoll"),
  NIO("nio");

  private final String label;

  TransportKind(String label) {
    this.label = label;
  }

  /** The name in configuration, log and metrics. */
  public String label() {
    return label;
  }
}
