package dev.crossfade.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoShopTest {
  private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"(\\w+)\"");
  private static final Pattern ORDER = Pattern.compile("id=\"order\">(\\w+)<");

  private final SessionStore sessions = new MemorySessions(10);
  private final DemoShop oldShop = start(ShopVersion.OLD, sessions);
  private final DemoShop newShop = start(ShopVersion.NEW, sessions);
  private final HttpClient http = HttpClient.newHttpClient();
  private String cookie = "";

  private static DemoShop start(ShopVersion version, SessionStore sessions) {
    try {
      return DemoShop.start(
          version, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), sessions);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    oldShop.close();
    newShop.close();
  }

  @Test
  void aShopperBrowsesBuysLogsInAndOrdersAcrossBothShops() throws Exception {
    assertThat(get(oldShop, "/").body()).contains("Shop 2.1", "Oak stool", "<table>");
    String anonymous = cookie;
    assertThat(anonymous).matches("PHPSESSID=[0-9a-v]{26}");
    assertThat(get(newShop, "/product/2").body()).contains("Shop 2.3", "Three legs");
    assertThat(cookie).isEqualTo(anonymous);

    assertThat(post(oldShop, "/cart", "action=add&product=2").statusCode()).isEqualTo(303);
    post(newShop, "/cart", "action=add&product=2");
    post(newShop, "/cart", "action=add&product=4");
    post(newShop, "/cart", "action=remove&product=4");
    assertThat(get(oldShop, "/cart").body()).contains("<td>2</td>", "€ 158.00", "Cart (2)");

    assertThat(post(newShop, "/login", "name=%3Cb%3EAda").statusCode()).isEqualTo(303);
    assertThat(cookie).isNotEqualTo(anonymous);
    assertThat(get(oldShop, "/cart").body())
        .contains("Cart (2)", "&lt;b&gt;Ada")
        .doesNotContain("<b>");

    String key = find(KEY, get(oldShop, "/checkout").body());
    String order = find(ORDER, post(newShop, "/checkout", "key=" + key).body());
    assertThat(find(ORDER, post(oldShop, "/checkout", "key=" + key).body())).isEqualTo(order);
    assertThat(get(oldShop, "/cart").body()).contains("Cart (0)");

    get(newShop, "/logout");
    assertThat(cookie).isEqualTo("PHPSESSID=");
  }

  @Test
  void theIdFromBeforeALoginIsWorthNothing() throws Exception {
    post(oldShop, "/cart", "product=1");
    String planted = cookie;
    post(oldShop, "/login", "name=Ada");
    cookie = planted;
    assertThat(get(newShop, "/").body()).contains("Cart (0)").doesNotContain("Ada");
    assertThat(cookie).isNotEqualTo(planted);
  }

  @Test
  void anIdThatTheShopDidNotMakeIsNotTakenOver() throws Exception {
    cookie = "PHPSESSID=aaaaaaaaaaaaaaaaaaaaaaaaaa";
    get(oldShop, "/");
    assertThat(cookie).isNotEqualTo("PHPSESSID=aaaaaaaaaaaaaaaaaaaaaaaaaa");
  }

  @Test
  void anOrderFormThatIsOutOfDateOrdersNothing() throws Exception {
    post(oldShop, "/cart", "product=1");
    get(oldShop, "/checkout");
    HttpResponse<String> answer = post(oldShop, "/checkout", "key=stale");
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(post(oldShop, "/checkout", "").statusCode()).isEqualTo(409);
    assertThat(get(oldShop, "/cart").body()).contains("Cart (1)");
  }

  @Test
  void everyAnswerNamesTheShopThatGaveIt() throws Exception {
    for (String path :
        new String[] {"/", "/health", "/assets/shop.css", "/nowhere", "/product/x"}) {
      assertThat(get(oldShop, path).headers().firstValue("X-Shop")).hasValue("old");
      assertThat(get(newShop, path).headers().firstValue("X-Shop")).hasValue("new");
    }
    assertThat(get(oldShop, "/nowhere").statusCode()).isEqualTo(404);
  }

  @Test
  void pagesAreNobodyElsesButTheStyleSheetMayBeKept() throws Exception {
    assertThat(get(oldShop, "/").headers().firstValue("Cache-Control"))
        .hasValue("no-store, private");
    HttpResponse<String> css = get(oldShop, "/assets/shop.css");
    assertThat(css.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");
    assertThat(css.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(css.body()).isNotEqualTo(get(newShop, "/assets/shop.css").body());
  }

  @Test
  void shopsThatShareAFolderShareTheirSessions(@TempDir Path folder) throws Exception {
    try (DemoShop one = start(ShopVersion.OLD, new FolderSessions(folder, 10));
        DemoShop other = start(ShopVersion.NEW, new FolderSessions(folder, 10))) {
      post(one, "/cart", "product=3");
      post(other, "/login", "name=Ünal%20%26%20Co");
      assertThat(get(one, "/cart").body()).contains("Cart (1)", "Wool blanket");
      assertThat(get(other, "/").body()).contains("&amp; Co");
    }
  }

  @Test
  void aTakenPortIsNamed() {
    InetSocketAddress taken = oldShop.address();
    assertThatThrownBy(() -> DemoShop.start(ShopVersion.NEW, taken, sessions))
        .isInstanceOf(BindException.class)
        .hasMessageContaining(Integer.toString(taken.getPort()));
  }

  private HttpResponse<String> get(DemoShop shop, String path) throws Exception {
    return send(shop, path, HttpRequest.newBuilder().GET());
  }

  private HttpResponse<String> post(DemoShop shop, String path, String form) throws Exception {
    return send(
        shop,
        path,
        HttpRequest.newBuilder()
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  private HttpResponse<String> send(DemoShop shop, String path, HttpRequest.Builder request)
      throws Exception {
    HttpResponse<String> answer =
        http.send(
            request
                .uri(URI.create("http://127.0.0.1:" + shop.address().getPort() + path))
                .header("Cookie", "theme=dark; " + cookie)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    answer
        .headers()
        .firstValue("Set-Cookie")
        .ifPresent(line -> cookie = line.substring(0, line.indexOf(';')));
    return answer;
  }

  private static String find(Pattern pattern, String page) {
    Matcher matcher = pattern.matcher(page);
    assertThat(matcher.find()).as("%s in %s", pattern, page).isTrue();
    return matcher.group(1);
  }
}
