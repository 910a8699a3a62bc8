package dev.crossfade.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events reach the socket they are of, and not the one that has got its descriptor since. */
class KeptInEpollTest {
  private static final FileDescriptor DESCRIPTOR = new FileDescriptor(7);

  /** As Netty's: tells an event to whoever has its descriptor at that moment. */
  private final class Epoll implements IoHandler {
    private IoHandle present = new Socket("nobody");
    private Runnable firstEvent = () -> {};

    @Override
    public int run(IoHandlerContext context) {
      firstEvent.run();
      present.handle(new StubIo.Registration(), new IoEvent() {});
      return 2;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      present = handle;
      return new StubIo.Registration();
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return true;
    }
  }

  private final class Socket implements EpollIoHandle {
    private final String name;

    Socket(String name) {
      this.name = name;
    }

    @Override
    public FileDescriptor fd() {
      return DESCRIPTOR;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      told.add(name);
    }

    @Override
    public void close() {}
  }

  private final List<String> told = new ArrayList<>();
  private final Epoll epoll = new Epoll();
  private final IoHandler kept =
      KeptInEpoll.of(executor -> epoll).newHandler(ImmediateEventExecutor.INSTANCE);

  private void register(Socket socket) {
    try {
      kept.register(socket);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSocketIsToldWhatHasHappenedSinceItWasRegistered() {
    register(new Socket("a"));
    kept.run(new StubIo.Context(false));
    kept.run(new StubIo.Context(false));
    assertThat(told).containsExactly("a", "a");
  }

  @Test
  void oneThatIsRegisteredWhileEventsAreToldHasNoneAmongThem() {
    register(new Socket("closed by the first event"));
    epoll.firstEvent = () -> register(new Socket("has its descriptor now"));
    kept.run(new StubIo.Context(false));
    assertThat(told).isEmpty();
    epoll.firstEvent = () -> {};
    kept.run(new StubIo.Context(false));
    assertThat(told).containsExactly("has its descriptor now");
  }
}
