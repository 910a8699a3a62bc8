package dev.crossfade.upstream;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server on loopback that knows what a test tells it (RFC 1035). */
final class NameServer implements AutoCloseable {
  private record Zone(int timeToLive, List<InetAddress> addresses) {}

  private static final int A = 1;
  private static final int SERVER_FAILURE = 2;
  private static final int NO_SUCH_NAME = 3;

  private final DatagramSocket socket;
  private final Map<String, Zone> zones = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private volatile boolean failing;

  NameServer() throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread thread = new Thread(this::serve, "name-server");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  /** From now on the name leads there. */
  void put(String name, int timeToLive, String... addresses) throws IOException {
    List<InetAddress> parsed = new ArrayList<>();
    for (String address : addresses) {
      parsed.add(InetAddress.getByName(address));
    }
    zones.put(name, new Zone(timeToLive, parsed));
  }

  /** From now on it knows nothing and says so, or is well again. */
  void failing(boolean now) {
    failing = now;
  }

  /** How often it was asked for IPv4 addresses of the name. */
  int asked(String name) {
    AtomicInteger count = asked.get(name);
    return count == null ? 0 : count.get();
  }

  private void serve() {
    byte[] question = new byte[512];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(question, question.length);
        socket.receive(packet);
        byte[] answer = answer(question, packet.getLength());
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private byte[] answer(byte[] question, int length) throws IOException {
    int at = 12;
    StringBuilder name = new StringBuilder();
    while (question[at] != 0) {
      name.append(name.length() == 0 ? "" : ".")
          .append(new String(question, at + 1, question[at], StandardCharsets.US_ASCII));
      at += question[at] + 1;
    }
    int type = (question[at + 1] & 0xff) << 8 | question[at + 2] & 0xff;
    int end = at + 5;
    if (type == A) {
      asked.computeIfAbsent(name.toString(), n -> new AtomicInteger()).incrementAndGet();
    }
    Zone zone = failing ? null : zones.get(name.toString());
    List<InetAddress> found =
        zone == null
            ? List.of()
            : zone.addresses().stream()
                .filter(address -> (type == A) == (address.getAddress().length == 4))
                .toList();
    int code = failing ? SERVER_FAILURE : zone == null ? NO_SUCH_NAME : 0;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(question, 0, 2);
    out.writeShort(0x8580 | code);
    out.writeShort(1);
    out.writeShort(found.size());
    out.writeShort(0);
    out.writeShort(0);
    out.write(Arrays.copyOfRange(question, 12, Math.min(end, length)));
    for (InetAddress address : found) {
      out.writeShort(0xc00c);
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(zone.timeToLive());
      out.writeShort(address.getAddress().length);
      out.write(address.getAddress());
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
