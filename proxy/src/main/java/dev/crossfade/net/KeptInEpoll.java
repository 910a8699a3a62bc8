package dev.crossfade.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/**
 * Epoll, where a socket that nothing is expected of stays registered.
 *
 * <p>Behind a peer's FIN a channel waits for nothing as long as it has nothing to write. Netty
 * 4.2.18 takes it out of epoll then, forgets that it has, and fails with ENOENT when it wants to
 * change what it waits for: the channel is closed, and the answer to a client that has closed its
 * output is lost. So such a channel waits for errors instead, which epoll reports in any case; once
 * and not as long as they last, lest the loop spins on a socket that nobody reads.
 *
 * <p>And where events reach only the socket that they are of. Netty tells sockets apart by their
 * descriptors. Among the events of one wait may be one of a socket that was closed since, in whose
 * place there is another by now, for the kernel gives out the lowest number that is free: the new
 * one would read before it is connected, and fail for it. What was registered since the wait has no
 * events among them.
 */
final class KeptInEpoll extends ForwardingIoHandler {
  private static final EpollIoOps ERRORS_ONLY = EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLET);

  /** Odd while events are told, and another number each time. */
  private long times;

  private KeptInEpoll(IoHandler epoll) {
    super(epoll);
  }

  static IoHandlerFactory of(IoHandlerFactory epoll) {
    return around(epoll, KeptInEpoll::new);
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Kept(
        super.register(handle instanceof EpollIoHandle owner ? new Owner(owner, times) : handle));
  }

  /** Whoever owns a descriptor from now on. */
  @SuppressWarnings("try") // Netty's close throws Exception
  private final class Owner extends Handle<EpollIoHandle> implements EpollIoHandle {
    private final long since;

    Owner(EpollIoHandle handle, long since) {
      super(handle);
      this.since = since;
    }

    @Override
    public FileDescriptor fd() {
      return inner.fd();
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      if (since != times) {
        super.handle(registration, event);
      }
    }
  }

  private static final class Kept implements IoRegistration {
    private final IoRegistration registration;
    private boolean added;

    Kept(IoRegistration registration) {
      this.registration = registration;
    }

    @Override
    public long submit(IoOps ops) {
      boolean nothing = ops instanceof EpollIoOps wanted && wanted.value() == 0;
      if (nothing && added) {
        return registration.submit(ERRORS_ONLY);
      }
      added |= !nothing;
      return registration.submit(ops);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }

  @Override
  public int run(IoHandlerContext context) {
    times++;
    try {
      return super.run(context);
    } finally {
      times++;
    }
  }
}
