package dev.crossfade.admin;

import dev.crossfade.control.ControlPlane;
import dev.crossfade.control.FilePlanStore;
import dev.crossfade.control.StateSettings;
import dev.crossfade.metrics.Metrics;
import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.split.Anonymous;
import dev.crossfade.split.Reason;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Side;
import dev.crossfade.testing.EndpointViews;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.UpstreamView;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A running admin server over a state folder of its own, and a client of it. */
final class AdminFixture implements AutoCloseable {
  static {
    // The tests of rebinding set Host; read once, when the first client is made.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  final ControlPlane control;
  final InetSocketAddress address;
  volatile @Nullable String obstacle;
  volatile @Nullable String reloadProblem;
  volatile @Nullable ExplainRequest explained;

  /** What a reload comes to; null for the present configuration again. */
  volatile @Nullable PlanEdit reloaded;

  /** On it, explanations of /held wait. */
  final CountDownLatch held = new CountDownLatch(1);

  final ScheduledExecutorService storeThread = ControlPlane.storeThread();
  private final Metrics metrics;
  private final AdminServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  AdminFixture(Path folder) throws Exception {
    this(folder, new AdminSettings("127.0.0.1:0", null, null));
  }

  AdminFixture(Path folder, AdminSettings settings) throws Exception {
    control =
        new ControlPlane(
            FilePlanStore.open(new StateSettings(folder, 0)),
            storeThread,
            InstantSource.system(),
            0,
            PlanFixture::plan);
    UpstreamView upstreams = new Upstreams();
    metrics =
        new Metrics(
            new Metrics.About("1", "17", "nio"),
            control,
            control::durable,
            () -> new SeenVisitors.BySide(0, 0));
    metrics.watch(upstreams);
    Events events =
        new Events(
            control, metrics, upstreams, () -> obstacle, Ticker.system(), InstantSource.system());
    AdminApi api =
        new AdminApi(
            control,
            metrics,
            upstreams,
            (from, to) -> new VisitorEstimate.Moving(1000, Math.max(0, to - from) / 10, 0),
            this::explain,
            (author, reason, ifMatch) -> {
              String problem = reloadProblem;
              if (problem != null) {
                throw new Reloader.ReloadRefused(problem);
              }
              return new Reloader.Reloaded(
                  control.apply(reloadEdit(), author, reason, ifMatch), List.of("rules[0].side"));
            },
            () -> obstacle,
            events);
    server = new AdminServer(settings, Tokens.of(settings), api, events);
    address = server.start();
  }

  private PlanEdit reloadEdit() {
    PlanEdit edit = reloaded;
    return edit == null ? new PlanEdit.Reconfigure(control.get()) : edit;
  }

  private Explanation explain(ExplainRequest request) {
    explained = request;
    if (request.path().equals("/held")) {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (request.path().equals("/impossible")) {
      throw new IllegalArgumentException("the path is impossible.");
    }
    if (request.path().equals("/first")) {
      return new Explanation(Side.OLD, Reason.FIRST, 4711, null, Anonymous.ADDRESS);
    }
    return request.path().startsWith("/rest/")
        ? new Explanation(Side.NEW, Reason.RULE, null, "integrations", null)
        : new Explanation(Side.OLD, Reason.BUCKET, 4711, null, null);
  }

  void replaceTokens(Tokens tokens) {
    server.replaceTokens(tokens);
  }

  /** Sends a call; headers as name, value, name, value. */
  HttpResponse<String> call(
      String method, String target, @Nullable String body, String... headers) {
    try {
      return client.send(request(method, target, body, headers), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(method + " " + target, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends a call and does not wait. */
  CompletableFuture<HttpResponse<String>> send(String method, String target) {
    return client.sendAsync(request(method, target, null), BodyHandlers.ofString());
  }

  /** Sends a GET and comes back when the head of the answer is there. */
  HttpResponse<InputStream> open(String target, String... headers) {
    try {
      return client.send(request("GET", target, null, headers), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new AssertionError("GET " + target, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A bare connection, on which reading waits no longer than ten seconds. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private HttpRequest request(
      String method, String target, @Nullable String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + target))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  HttpResponse<String> get(String target, String... headers) {
    return call("GET", target, null, headers);
  }

  /** Sends bytes as they are, ends the output and gives back all that comes. */
  String raw(String bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    held.countDown();
    server.close();
    control.close();
    metrics.close();
  }

  private static final class Upstreams implements UpstreamView {
    @Override
    public List<EndpointView> endpoints(Side side) {
      return side == Side.OLD
          ? List.of(
              EndpointViews.of(PlanFixture.OLD_ENDPOINT, true, 3, 2, null, null),
              EndpointViews.of(
                  PlanFixture.SECOND_OLD_ENDPOINT,
                  false,
                  0,
                  0,
                  "connection refused",
                  Instant.parse("2026-01-02T03:04:05Z")))
          : List.of(EndpointViews.of(PlanFixture.NEW_ENDPOINT, true, 0, 0, null, null));
    }

    @Override
    public boolean available(Side side) {
      return true;
    }
  }
}
