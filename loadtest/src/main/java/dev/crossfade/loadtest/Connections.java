package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Connections to one address, kept alive, as many as are used at once. One request at a time goes
 * on each; nothing is sent a second time. Used by one thread at a time.
 */
final class Connections implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EventLoopGroup loops;
  private final InetSocketAddress address;
  private final List<Wire> wires = new ArrayList<>();

  Connections(EventLoopGroup loops, InetSocketAddress address) {
    this.loops = loops;
    this.address = address;
  }

  /** For the field Host. */
  String host() {
    return address.getHostString() + ":" + address.getPort();
  }

  /**
   * Sends all of these at once, each on a connection of its own, and waits for the answers.
   *
   * @param requests whole ones; this releases them
   * @return the answers in the same order
   * @throws IOException if one of them does not come
   */
  List<Wire.Answer> exchange(List<? extends HttpObject> requests)
      throws IOException, InterruptedException {
    for (int i = 0; i < requests.size(); i++) {
      open(i);
    }
    List<CompletableFuture<Wire.Answer>> expected = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      expected.add(wires.get(i).send(List.of(requests.get(i))));
    }
    List<Wire.Answer> answers = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      answers.add(wires.get(i).await(expected.get(i), PATIENCE));
    }
    return answers;
  }

  private void open(int i) throws IOException {
    if (i == wires.size()) {
      wires.add(Wire.open(loops, address, PATIENCE));
    } else if (!wires.get(i).usable()) {
      wires.set(i, Wire.open(loops, address, PATIENCE));
    }
  }

  @Override
  public void close() {
    wires.forEach(Wire::close);
  }
}
