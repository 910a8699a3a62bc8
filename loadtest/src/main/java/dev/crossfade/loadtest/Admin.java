package dev.crossfade.loadtest;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The proxy's admin API, in so far as a ramp and a rollback need it.
 *
 * @param token of an operator, null where none is needed
 */
record Admin(EventLoopGroup loops, InetSocketAddress address, @Nullable String token) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Sets the percentage.
   *
   * @return the change, with the time it took
   * @throws IOException if the answer is not 200 or says another percentage
   */
  Timeline.Change set(int percent) throws IOException, InterruptedException {
    return change(HttpMethod.PUT, "/split", "{\"percent\":" + percent + "}", percent, false);
  }

  /**
   * Sends everyone back to old.
   *
   * @throws IOException if the answer is not 200 or says another percentage than 0
   */
  Timeline.Change rollback() throws IOException, InterruptedException {
    return change(HttpMethod.POST, "/rollback", "{\"reason\":\"load test\"}", 0, true);
  }

  private Timeline.Change change(
      HttpMethod method, String path, String json, int percent, boolean rollback)
      throws IOException, InterruptedException {
    var request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            method,
            path,
            Unpooled.wrappedBuffer(json.getBytes(StandardCharsets.UTF_8)));
    HttpUtil.setContentLength(request, json.length());
    request
        .headers()
        .set(HttpHeaderNames.HOST, address.getHostString() + ":" + address.getPort())
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    if (token != null) {
      request.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token);
    }
    try (Wire wire = Wire.open(loops, address, PATIENCE)) {
      long sent = System.nanoTime();
      Wire.Answer answer = wire.exchange(List.of(request), PATIENCE);
      long answered = System.nanoTime();
      requirePercent(answer, percent, method + " " + path);
      return new Timeline.Change(percent * 100, sent, answered, rollback);
    }
  }

  private static void requirePercent(Wire.Answer answer, int percent, String call)
      throws IOException {
    String text = answer.body().toString(StandardCharsets.UTF_8);
    if (answer.status() != 200) {
      throw new IOException(call + " was answered " + answer.status() + ": " + text);
    }
    try {
      JsonNode said = JSON.readTree(text).path("percent");
      if (!said.isNumber() || said.doubleValue() != percent) {
        throw new IOException(call + " was to set " + percent + " %, but the answer is " + text);
      }
    } catch (JacksonException e) {
      throw new IOException(call + " was answered with no JSON: " + text, e);
    }
  }
}
