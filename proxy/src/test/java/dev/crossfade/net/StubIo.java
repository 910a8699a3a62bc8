package dev.crossfade.net;

import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;

/** What stands around an {@link io.netty.channel.IoHandler} that a test runs by hand. */
final class StubIo {
  private StubIo() {}

  /** Takes any operation and never tells of it. */
  static final class Registration implements IoRegistration {
    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's
    public <T> T attachment() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long submit(IoOps ops) {
      return 0;
    }

    @Override
    public boolean isValid() {
      return true;
    }

    @Override
    public boolean cancel() {
      return true;
    }
  }

  /** A loop with nothing scheduled. */
  record Context(boolean canBlock) implements IoHandlerContext {
    @Override
    public long delayNanos(long now) {
      return 0;
    }

    @Override
    public long deadlineNanos() {
      return -1;
    }
  }
}
