package dev.crossfade.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.function.UnaryOperator;

/**
 * Has another do all that is not overridden. Belongs to one event loop, as every {@link IoHandler};
 * only {@link #wakeup} may be called from elsewhere.
 */
abstract class ForwardingIoHandler implements IoHandler {
  private final IoHandler inner;

  /**
   * @param inner the other, which belongs to this one from now on
   */
  ForwardingIoHandler(IoHandler inner) {
    this.inner = inner;
  }

  /** A factory that puts something around each handler of another's. */
  static IoHandlerFactory around(IoHandlerFactory inner, UnaryOperator<IoHandler> wrap) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return wrap.apply(inner.newHandler(executor));
      }

      @Override
      public boolean isChangingThreadSupported() {
        return inner.isChangingThreadSupported();
      }
    };
  }

  @Override
  public void initialize() {
    inner.initialize();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return inner.register(handle);
  }

  @Override
  public int run(IoHandlerContext context) {
    return inner.run(context);
  }

  @Override
  public void prepareToDestroy() {
    inner.prepareToDestroy();
  }

  @Override
  public void destroy() {
    inner.destroy();
  }

  @Override
  public void wakeup() {
    inner.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return inner.isCompatible(type);
  }

  /**
   * Has another do all that is not overridden. Of one event loop, as every {@link IoHandle}.
   *
   * @param <H> what the other is
   */
  @SuppressWarnings("try") // Netty's close throws Exception
  abstract static class Handle<H extends IoHandle> implements IoHandle {
    final H inner;

    /**
     * @param inner the other, which belongs to this one from now on
     */
    Handle(H inner) {
      this.inner = inner;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      inner.handle(registration, event);
    }

    @Override
    public void registered() {
      inner.registered();
    }

    @Override
    public void unregistered() {
      inner.unregistered();
    }

    @Override
    public void close() throws Exception {
      inner.close();
    }
  }
}
