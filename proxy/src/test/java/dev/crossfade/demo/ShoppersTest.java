package dev.crossfade.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.crossfade.testing.Opened;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ShoppersTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @RegisterExtension final Opened opened = new Opened();

  /** Walks through whole visits, one request after the other. */
  private static List<String> visits(int port, int shoppers) throws Exception {
    URI site = URI.create("http://127.0.0.1:" + port + "/");
    HttpClient http = HttpClient.newHttpClient();
    SplittableRandom random = new SplittableRandom(7);
    List<String> did = new ArrayList<>();
    for (int i = 0; i < shoppers; i++) {
      Shopper shopper = new Shopper(site, random);
      if (shopper.next().uri().getPath().equals("/enable-upgrade.html")) {
        // A tester, who needs the proxy.
        continue;
      }
      while (!shopper.leaves()) {
        HttpRequest request = shopper.next();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(shopper.take(answer)).isEmpty();
        did.add(
            request.method()
                + " "
                + request.uri().getPath()
                + " "
                + answer.statusCode()
                + request.headers().firstValue("Cookie").map(c -> " known").orElse("")
                + (answer.body().contains("id=\"order\"") ? " ordered" : ""));
      }
    }
    return did;
  }

  @Test
  void shoppersDoWhatPeopleDoInShops() throws Exception {
    try (DemoShop shop = DemoShop.start(ShopVersion.OLD, ANY, new MemorySessions(1000))) {
      List<String> did = visits(shop.address().getPort(), 60);
      Set<String> kinds = new HashSet<>(did);
      assertThat(kinds)
          .contains(
              "GET / 200",
              "GET /assets/shop.css 200 known",
              "POST /cart 303 known",
              "GET /cart 200 known",
              "POST /login 303 known",
              "GET /checkout 200 known",
              "POST /checkout 200 known ordered",
              "GET /product/discontinued 404 known");
      assertThat(kinds).as("robots").anyMatch(kind -> kind.matches("GET /product/\\d 200"));
      assertThat(did)
          .as("each cart is ordered")
          .filteredOn(d -> d.startsWith("GET /checkout"))
          .hasSameSizeAs(did.stream().filter(d -> d.endsWith("ordered")).toList());
    }
  }

  private void start(int port, List<String> told) {
    opened.add(Shoppers.start(port, new Demo.Traffic(100, told::add), Duration.ofMillis(100)));
  }

  private static void awaitNews(List<String> told) {
    await().atMost(Duration.ofSeconds(20)).until(() -> !told.isEmpty());
  }

  @Test
  void requestsThatFailAreTold() throws Exception {
    HttpServer broken = HttpServer.create(ANY, 0);
    broken.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    broken.start();
    List<String> told = new CopyOnWriteArrayList<>();
    opened.add(() -> broken.stop(0));
    start(broken.getAddress().getPort(), told);
    awaitNews(told);
    assertThat(told.get(0))
        .matches("traffic: \\d+ of the last \\d+ requests failed; .* answered with 503");
  }

  @Test
  void aShopThatIsGoneIsToldTooAndTheyGoOn() throws Exception {
    DemoShop shop = DemoShop.start(ShopVersion.NEW, ANY, new MemorySessions(1000));
    int port = shop.address().getPort();
    shop.close();
    List<String> told = new CopyOnWriteArrayList<>();
    start(port, told);
    awaitNews(told);
    told.clear();
    awaitNews(told);
    assertThat(told.get(0)).contains("requests failed; the last one:", "ConnectException");
  }
}
