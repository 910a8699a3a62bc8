package dev.crossfade.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Flushes a channel when its event loop has seen to all that was ready, right behind the others of
 * the loop. What a write costs most is to wake whoever waits for it at the other end; written to
 * one right after the other, most are awake still. With io_uring this comes by itself, for what a
 * round has written is submitted at its end. Stands before the handlers of one channel.
 *
 * <p>Much at a time is not kept back: it keeps its reader busy by itself, and is memory meanwhile.
 */
final class FlushTogether extends ChannelOutboundHandlerAdapter {
  static final int MUCH_BYTES = 16 * 1024;

  private static final FastThreadLocal<Batch> BATCHES =
      new FastThreadLocal<>() {
        @Override
        protected Batch initialValue() {
          return new Batch();
        }
      };

  private final Batch batch = BATCHES.get();
  private boolean waits;

  /** The channels of one event loop that wait to be flushed. */
  private static final class Batch implements Runnable {
    private final Queue<ChannelHandlerContext> waiting = new ArrayDeque<>();
    private boolean due;

    void add(ChannelHandlerContext one) {
      waiting.add(one);
      if (!due) {
        due = true;
        one.executor().execute(this);
      }
    }

    @Override
    public void run() {
      try {
        // More come meanwhile, where a flush makes room for what had to wait.
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
          ((FlushTogether) next.handler()).flushNow(next);
        }
      } finally {
        due = false;
      }
    }
  }

  /** To be called on the event loop of the channel. */
  FlushTogether() {}

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (waits) {
      return;
    }
    ChannelOutboundBuffer pending = ctx.channel().unsafe().outboundBuffer();
    if (pending == null || pending.totalPendingWriteBytes() > MUCH_BYTES) {
      ctx.flush();
    } else {
      waits = true;
      batch.add(ctx);
    }
  }

  /** What is to be flushed goes out before the end, as it would have without waiting. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    flushNow(ctx);
    ctx.close(promise);
  }

  private void flushNow(ChannelHandlerContext ctx) {
    if (waits) {
      waits = false;
      ctx.flush();
    }
  }
}
