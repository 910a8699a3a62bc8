package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final byte[] EVENT =
      EventStream.event(
          "second", Instant.ofEpochMilli(1234), "{\"a\":1}".getBytes(StandardCharsets.UTF_8));

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final EventStream stream = new EventStream(channel);

  private String next() {
    HttpContent content = channel.readOutbound();
    if (content == null) {
      return "nothing";
    }
    try {
      return content.content().toString(StandardCharsets.UTF_8);
    } finally {
      content.release();
    }
  }

  private void takesNothing(boolean nothing) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, !nothing);
    channel.runPendingTasks();
  }

  @Test
  void anEventHasIdNameAndData() {
    assertThat(next()).isEqualTo("retry: 2000\n\n");
    stream.send(EVENT);
    assertThat(next()).isEqualTo("id: 1234\nevent: second\ndata: {\"a\":1}\n\n");
  }

  @Test
  void whatAClientDoesNotTakeIsLeftOutAndNotKept() {
    next();
    takesNothing(true);
    stream.send(EVENT);
    stream.send(EVENT);
    assertThat(next()).isEqualTo("nothing");
    takesNothing(false);
    stream.send(EVENT);
    assertThat(next()).startsWith("id: 1234");
    assertThat(next()).isEqualTo("nothing");
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void whoTakesNothingForFifteenEventsIsDropped() {
    for (int round = 0; round < 2; round++) {
      takesNothing(true);
      for (int i = 0; i < 15; i++) {
        stream.send(EVENT);
      }
      assertThat(channel.isOpen()).isTrue();
      takesNothing(false);
      stream.send(EVENT); // taken, so that counting begins anew
    }
    takesNothing(true);
    for (int i = 0; i < 16; i++) {
      stream.send(EVENT);
    }
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void theEndIsSaidBeforeTheConnectionCloses() {
    next();
    stream.end();
    Object last = channel.readOutbound();
    assertThat(last).isInstanceOf(LastHttpContent.class);
    assertThat(channel.isOpen()).isFalse();
  }
}
