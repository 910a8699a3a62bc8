package dev.crossfade.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * io_uring, where what is under way goes before what would begin.
 *
 * <p>The kernel tells what is ready in the order of time. Of a thousand busy clients it tells them
 * all before the first answer, so that a loop begins all their requests before it ends one: each
 * needs a connection upstream of its own, and whatever belongs to it has left the processor's
 * caches until its answer comes. So a client that can be read waits until the loop has nothing else
 * to do, or has done so much else that requests end as fast as they begin. No request is answered
 * later for that: it waits at the door instead of in the middle. Connections that we have opened
 * are told at once.
 *
 * <p>Belongs to one event loop. The events of one handle keep their order.
 */
final class AnswersFirst extends ForwardingIoHandler {
  private static final Logger log = LoggerFactory.getLogger(AnswersFirst.class);

  /** How many clients are read in a row. */
  static final int IN_A_ROW = 64;

  /**
   * Other events behind which clients are read all the same, lest they wait for downloads. A small
   * request takes five or six from its read to the end of its answer.
   */
  static final int OTHERS = 8 * IN_A_ROW;

  /** Of {@code enum io_uring_op} in {@code linux/io_uring.h}. */
  static final byte POLL_ADD = 6;

  /** Of {@code enum io_uring_op}. */
  static final byte CONNECT = 16;

  /** Of {@code poll.h}: it can be read. */
  static final int POLLIN = 1;

  private final Queue<Held> waiting = new ArrayDeque<>();
  private int others;
  private boolean closing;

  private AnswersFirst(IoHandler ring) {
    super(ring);
  }

  static IoHandlerFactory of(IoHandlerFactory rings) {
    return around(rings, AnswersFirst::new);
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return super.register(handle instanceof IoUringIoHandle owner ? new Owner(owner) : handle);
  }

  /** What its owner has not been told yet. */
  private record Held(Owner owner, IoRegistration registration, IoUringIoEvent event) {
    void tell() {
      owner.held--;
      try {
        owner.inner.handle(registration, event);
      } catch (RuntimeException e) {
        // As the ring does: the others are told all the same.
        log.warn("An event could not be handled", e);
      }
    }
  }

  /** Whoever is told what became of its operations. */
  @SuppressWarnings("try") // Netty's close throws Exception
  private final class Owner extends Handle<IoUringIoHandle> implements IoUringIoHandle {
    private boolean connects;
    private int held;

    Owner(IoUringIoHandle handle) {
      super(handle);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      IoUringIoEvent present = (IoUringIoEvent) event;
      connects |= present.opcode() == CONNECT;
      if (held > 0 || isRead(present)) {
        held++;
        waiting.add(new Held(this, registration, copy(present)));
        return;
      }
      super.handle(registration, present);
      if (++others >= OTHERS) {
        begin();
      }
    }

    /** Whether it tells a client that it can be read. */
    private boolean isRead(IoUringIoEvent event) {
      return !closing
          && !connects
          && event.opcode() == POLL_ADD
          && event.res() > 0
          && (event.res() & POLLIN) != 0;
    }
  }

  /** The ring tells the next event by the same object. */
  private static IoUringIoEvent copy(IoUringIoEvent event) {
    return new IoUringIoEvent(event.res(), event.flags(), event.opcode(), event.userData());
  }

  private int begin() {
    others = 0;
    int told = 0;
    while (told < IN_A_ROW && !waiting.isEmpty()) {
      waiting.remove().tell();
      told++;
    }
    return told;
  }

  @Override
  public int run(IoHandlerContext context) {
    int told = super.run(waiting.isEmpty() ? context : new Unblocked(context));
    return told + begin();
  }

  /** Where there is more to do already. */
  private record Unblocked(IoHandlerContext context) implements IoHandlerContext {
    @Override
    public boolean canBlock() {
      return false;
    }

    @Override
    public long delayNanos(long now) {
      return context.delayNanos(now);
    }

    @Override
    public long deadlineNanos() {
      return context.deadlineNanos();
    }

    @Override
    public boolean shouldReportActiveIoTime() {
      return context.shouldReportActiveIoTime();
    }

    @Override
    public void reportActiveIoTime(long nanos) {
      context.reportActiveIoTime(nanos);
    }
  }

  @Override
  public void prepareToDestroy() {
    // Nobody is closed who has something to be told.
    closing = true;
    while (!waiting.isEmpty()) {
      waiting.remove().tell();
    }
    super.prepareToDestroy();
  }
}
