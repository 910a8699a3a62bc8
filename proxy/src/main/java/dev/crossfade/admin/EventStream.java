package dev.crossfade.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One client's stream of server-sent events (WHATWG HTML, "Server-sent events"), behind the head of
 * its answer. What the client does not take in time is left out, since the next event tells all
 * anew; who takes nothing for a while is dropped. Confined to the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel
final class EventStream {
  /** How many events in a row may be left out. */
  private static final int MOST_LEFT_OUT = 15;

  private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Channel channel;
  private int leftOut;

  EventStream(Channel channel) {
    this.channel = channel;
    write(RETRY);
  }

  /**
   * An event as it is written.
   *
   * @param at becomes its id
   * @param json has no line ends
   */
  static byte[] event(String name, Instant at, byte[] json) {
    ByteArrayOutputStream event = new ByteArrayOutputStream(json.length + 64);
    event.writeBytes(
        ("id: " + at.toEpochMilli() + "\nevent: " + name + "\ndata: ")
            .getBytes(StandardCharsets.US_ASCII));
    event.writeBytes(json);
    event.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    return event.toByteArray();
  }

  /**
   * Sends an event, unless the client has not taken earlier ones yet.
   *
   * @param event of {@link #event}; not to be changed
   */
  void send(byte[] event) {
    if (channel.isWritable()) {
      leftOut = 0;
      write(event);
      return;
    }
    leftOut++;
    if (leftOut > MOST_LEFT_OUT) {
      channel.close();
    }
  }

  private void write(byte[] bytes) {
    channel
        .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  /** Ends the answer and with it the connection. */
  void end() {
    channel
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(ChannelFutureListener.CLOSE);
  }
}
