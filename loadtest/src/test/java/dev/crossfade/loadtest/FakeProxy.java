package dev.crossfade.loadtest;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A slow and simple splitting proxy that does one thing wrong, every so often, if it is told to.
 */
final class FakeProxy implements Closeable {

  /** What it does wrong. */
  enum Fault {
    NONE,
    /** Closes the connection instead of answering. */
    LOSES,
    /** Sends the request to the origin twice. */
    DOUBLES,
    /** Sends a visitor to the other side. */
    MISROUTES,
    /** Changes a byte of the answer. */
    DAMAGES_ANSWERS,
    /** Changes a byte of the request's body. */
    DAMAGES_REQUESTS,
    /** Answers by itself. */
    INVENTS,
    /** Answers a rollback that never takes effect. */
    IGNORES_ROLLBACK,
    /** Gives whoever logs in a new bucket. */
    FORGETS_AT_LOGIN,
    /** Gives whoever loads an asset a new bucket for it. */
    DECIDES_ASSETS_ANEW,
    /** Learns no sessions: keeps only those who keep its cookie. */
    LEARNS_NOTHING,
    /** Takes every percentage and sends everyone to old. */
    IGNORES_PERCENTAGE
  }

  static {
    // Without it every answer waits 40 ms for the client's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final int EVERY = 41;
  private static final Pattern PERCENT = Pattern.compile("\"percent\":(\\d+)");
  private static final Pattern SESSION = Pattern.compile("PHPSESSID=([a-z0-9]+)");
  private static final Pattern OURS = Pattern.compile("crossfade=(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Fault fault;
  private final EventLoopGroup loops;
  private final InetSocketAddress old;
  private final InetSocketAddress fresh;
  private final HttpServer traffic;
  private final HttpServer admin;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Integer> learned = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger freshBuckets = new AtomicInteger();
  private volatile int threshold;

  FakeProxy(Fault fault, EventLoopGroup loops, int oldPort, int newPort) throws IOException {
    this.fault = fault;
    this.loops = loops;
    this.old = loopback(oldPort);
    this.fresh = loopback(newPort);
    traffic = HttpServer.create(loopback(0), 0);
    traffic.setExecutor(threads);
    traffic.createContext("/", this::serve);
    traffic.start();
    admin = HttpServer.create(loopback(0), 0);
    admin.setExecutor(threads);
    admin.createContext("/", this::change);
    admin.start();
  }

  InetSocketAddress traffic() {
    return traffic.getAddress();
  }

  InetSocketAddress admin() {
    return admin.getAddress();
  }

  @Override
  public void close() {
    traffic.stop(0);
    admin.stop(0);
    threads.shutdownNow();
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private void change(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Matcher percent = PERCENT.matcher(body);
    int asked = percent.find() ? Integer.parseInt(percent.group(1)) : 0;
    boolean rollback = exchange.getRequestURI().getPath().equals("/rollback");
    if (fault != Fault.IGNORES_PERCENTAGE && !(rollback && fault == Fault.IGNORES_ROLLBACK)) {
      threshold = asked * 100;
    }
    answer(exchange, 200, ("{\"percent\":" + asked + ".0}").getBytes(StandardCharsets.UTF_8));
  }

  private void serve(HttpExchange exchange) throws IOException {
    boolean wrong = requests.incrementAndGet() % EVERY == 0;
    byte[] body = exchange.getRequestBody().readAllBytes();
    String cookies = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
    boolean asset = exchange.getRequestURI().getPath().startsWith("/asset");
    int bucket = asset && fault == Fault.DECIDES_ASSETS_ANEW ? freshBucket() : bucket(cookies);
    boolean toNew = cookies.contains("upgrade=1") || bucket < threshold;
    if (wrong && fault == Fault.MISROUTES) {
      toNew = !toNew;
    }
    if (wrong && fault == Fault.DAMAGES_REQUESTS && body.length > 0) {
      body[body.length / 2]++;
    }
    if (wrong && fault == Fault.INVENTS) {
      answer(exchange, 200, new byte[0]);
      return;
    }
    Wire.Answer answer = forward(exchange, body, toNew);
    if (wrong && fault == Fault.DOUBLES) {
      answer = forward(exchange, body, toNew);
    }
    if (wrong && fault == Fault.LOSES) {
      exchange.close();
      return;
    }
    if (wrong && fault == Fault.DAMAGES_ANSWERS && answer.body().isReadable()) {
      int middle = answer.body().readableBytes() / 2;
      answer.body().setByte(middle, answer.body().getByte(middle) + 1);
    }
    boolean login = exchange.getRequestURI().getPath().startsWith("/login");
    if (login && fault == Fault.FORGETS_AT_LOGIN) {
      bucket = freshBucket();
    }
    giveBack(exchange, answer, bucket, asset);
  }

  private int bucket(String cookies) {
    Matcher ours = OURS.matcher(cookies);
    if (ours.find()) {
      return Integer.parseInt(ours.group(1));
    }
    Matcher session = SESSION.matcher(cookies);
    if (session.find()) {
      String id = session.group(1);
      return learned.computeIfAbsent(id, key -> BucketRange.ofSession(key).from());
    }
    return freshBucket();
  }

  /** Spread over all buckets. */
  private int freshBucket() {
    return Math.floorMod(freshBuckets.incrementAndGet() * 6180, BucketRange.BUCKETS);
  }

  private Wire.Answer forward(HttpExchange exchange, byte[] body, boolean toNew)
      throws IOException {
    HttpHeaders head = new DefaultHttpHeaders();
    for (String name : Set.of("Host", "Cookie", Origin.ID)) {
      List<String> values = exchange.getRequestHeaders().get(name);
      if (values != null) {
        head.add(name, values);
      }
    }
    var request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(exchange.getRequestMethod()),
            exchange.getRequestURI().toString(),
            Unpooled.copiedBuffer(body),
            head,
            EmptyHttpHeaders.INSTANCE);
    HttpUtil.setContentLength(request, body.length);
    try (Wire wire = Wire.open(loops, toNew ? fresh : old, PATIENCE)) {
      return wire.exchange(List.of(request), PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void giveBack(HttpExchange exchange, Wire.Answer answer, int bucket, boolean asset)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    for (String name : Set.of(Origin.ID, Origin.SIDE, Origin.CART)) {
      headers.set(name, answer.headers().get(name, "none"));
    }
    for (String cookie : answer.headers().getAll("Set-Cookie")) {
      headers.add("Set-Cookie", cookie);
      Matcher session = SESSION.matcher(cookie);
      if (session.find() && fault != Fault.LEARNS_NOTHING) {
        learned.put(session.group(1), bucket);
      }
    }
    if (!asset) {
      headers.add("Set-Cookie", "crossfade=" + bucket + "; Path=/; Max-Age=60");
    }
    answer(exchange, answer.status(), ByteBufUtil.getBytes(answer.body()));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
