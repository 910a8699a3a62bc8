package dev.crossfade.net;

import static dev.crossfade.net.AnswersFirst.CONNECT;
import static dev.crossfade.net.AnswersFirst.IN_A_ROW;
import static dev.crossfade.net.AnswersFirst.OTHERS;
import static dev.crossfade.net.AnswersFirst.POLLIN;
import static dev.crossfade.net.AnswersFirst.POLL_ADD;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that can be read wait for what is under way, and nothing is lost by it. */
class AnswersFirstTest {
  private static final byte SEND = 26;
  private static final int POLLOUT = 4;
  private static final int CANCELED = -125;

  private final List<String> told = new ArrayList<>();
  private final Map<String, IoHandle> handles = new HashMap<>();
  private final Ring ring = new Ring();
  private final IoHandler first =
      AnswersFirst.of(executor -> ring).newHandler(ImmediateEventExecutor.INSTANCE);

  /** Has the events that the test says, each time it is run. */
  private final class Ring implements IoHandler {
    private IoHandle registered = new Socket("nobody");
    private Runnable events = () -> {};
    private boolean mightBlock;

    @Override
    public int run(IoHandlerContext context) {
      mightBlock = context.canBlock();
      events.run();
      told.add("end of ring");
      return 0;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      registered = handle;
      return new StubIo.Registration();
    }

    @Override
    public void prepareToDestroy() {
      run(new StubIo.Context(false));
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return true;
    }
  }

  private final class Socket implements IoUringIoHandle {
    private final String name;

    Socket(String name) {
      this.name = name;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      IoUringIoEvent present = (IoUringIoEvent) event;
      told.add(name + " " + present.opcode() + " " + present.res());
      if (name.equals("fails")) {
        throw new IllegalStateException("as the test wishes");
      }
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void register() throws Exception {
    for (String name : List.of("client", "other", "upstream", "fails")) {
      first.register(new Socket(name));
      handles.put(name, ring.registered);
    }
  }

  private void tell(String name, byte operation, int result) {
    handles
        .get(name)
        .handle(new StubIo.Registration(), new IoUringIoEvent(result, 0, operation, 7L));
  }

  private void readable(String name) {
    tell(name, POLL_ADD, POLLIN);
  }

  private List<String> run() {
    told.clear();
    first.run(new StubIo.Context(true));
    ring.events = () -> {};
    return told;
  }

  @Test
  void aClientThatCanBeReadWaitsForWhatElseThereIs() {
    ring.events =
        () -> {
          readable("client");
          tell("upstream", SEND, 10);
          readable("other");
        };
    assertThat(run()).containsExactly("upstream 26 10", "end of ring", "client 6 1", "other 6 1");
  }

  @Test
  void aConnectionThatWeHaveOpenedDoesNotWait() {
    ring.events =
        () -> {
          tell("upstream", CONNECT, 0);
          readable("upstream");
        };
    assertThat(run()).containsExactly("upstream 16 0", "upstream 6 1", "end of ring");
  }

  @Test
  void norDoesAClientThatCanBeWrittenOrIsNotPolledAnyMore() {
    ring.events =
        () -> {
          tell("client", POLL_ADD, POLLOUT);
          tell("client", POLL_ADD, CANCELED);
        };
    assertThat(run()).containsExactly("client 6 4", "client 6 -125", "end of ring");
  }

  @Test
  void theEventsOfOneSocketKeepTheirOrder() {
    ring.events =
        () -> {
          readable("client");
          tell("client", SEND, 5);
          tell("other", SEND, 6);
        };
    assertThat(run()).containsExactly("other 26 6", "end of ring", "client 6 1", "client 26 5");
    ring.events = () -> tell("client", SEND, 7);
    assertThat(run()).containsExactly("client 26 7", "end of ring");
  }

  /** And the loop must not block before all have been told. */
  @Test
  void onlySoManyBeginInARow() {
    ring.events =
        () -> {
          for (int i = 0; i < IN_A_ROW + 1; i++) {
            readable("client");
          }
        };
    assertThat(run()).hasSize(1 + IN_A_ROW);
    assertThat(ring.mightBlock).isTrue();
    assertThat(run()).containsExactly("end of ring", "client 6 1");
    assertThat(ring.mightBlock).isFalse();
    assertThat(run()).containsExactly("end of ring");
    assertThat(ring.mightBlock).isTrue();
  }

  @Test
  void whereOtherEventsDoNotEndNobodyWaitsForTheirEnd() {
    ring.events =
        () -> {
          readable("client");
          for (int i = 0; i < OTHERS + 1; i++) {
            tell("upstream", SEND, 1);
          }
        };
    assertThat(run()).hasSize(OTHERS + 3).endsWith("client 6 1", "upstream 26 1", "end of ring");
  }

  @Test
  void oneThatFailsKeepsNothingFromTheOthers() {
    ring.events =
        () -> {
          readable("fails");
          readable("client");
        };
    assertThat(run()).containsExactly("end of ring", "fails 6 1", "client 6 1");
  }

  @Test
  void beforeTheEndAllAreTold() {
    ring.events =
        () -> {
          for (int i = 0; i < IN_A_ROW + 1; i++) {
            readable("client");
          }
        };
    run();
    told.clear();
    ring.events = () -> readable("other");
    first.prepareToDestroy();
    assertThat(told).containsExactly("client 6 1", "other 6 1", "end of ring");
  }
}
