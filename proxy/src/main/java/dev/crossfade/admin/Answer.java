package dev.crossfade.admin;

import io.netty.channel.Channel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is sent back.
 *
 * @param body not to be changed
 * @param headers besides those that every answer has
 * @param stream what goes on behind the head, without an end that is known; null if the body is all
 */
@SuppressWarnings("ArrayRecordComponent")
record Answer(
    int status,
    String contentType,
    byte[] body,
    Map<String, String> headers,
    @Nullable Streaming stream) {

  /** Writes on, on the channel's event loop, when the head is on its way. */
  @FunctionalInterface
  interface Streaming {
    void begin(Channel channel);
  }

  Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    this(status, contentType, body, headers, null);
  }

  static Answer json(byte[] body) {
    return new Answer(200, "application/json", body, Map.of());
  }

  static Answer streaming(String contentType, Streaming stream) {
    return new Answer(200, contentType, new byte[0], Map.of(), stream);
  }

  /** The same with one more header. */
  Answer with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, contentType, body, more, stream);
  }
}
