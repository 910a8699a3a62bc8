package dev.crossfade.demo;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One made-up visitor of the shop on one visit: looks around, puts things into the cart, logs in,
 * orders; keeps cookies as browsers do. Or a robot, which follows links and keeps none. Confined to
 * one thread at a time.
 */
final class Shopper {
  private enum Habit {
    VISITOR("Mozilla/5.0 (X11; Linux x86_64) DemoShopper/1.0"),
    TESTER("Mozilla/5.0 (X11; Linux x86_64) DemoTester/1.0"),
    ROBOT("Mozilla/5.0 (compatible; DemoBot/1.0)");

    private final String userAgent;

    Habit(String userAgent) {
      this.userAgent = userAgent;
    }
  }

  /** A request, and the status that the shop answers it with. */
  private record Step(String method, String path, String form, int expected) {
    static Step look(String path) {
      return new Step("GET", path, "", 200);
    }
  }

  private static final Pattern ORDER_KEY = Pattern.compile("name=\"key\" value=\"(\\w+)\"");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final List<String> NAMES = List.of("Ada", "Grace", "Édith", "Linus", "Barbara");

  private final URI site;
  private final RandomGenerator random;
  private final Habit habit;
  private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
  private final Deque<Step> ahead = new ArrayDeque<>();

  /**
   * One out of a hundred tests the new version, ten are robots.
   *
   * @param site the shop's root
   */
  Shopper(URI site, RandomGenerator random) {
    this.site = site;
    this.random = random;
    int lot = random.nextInt(100);
    habit = lot == 0 ? Habit.TESTER : lot <= 10 ? Habit.ROBOT : Habit.VISITOR;
    if (habit == Habit.TESTER) {
      ahead.add(Step.look("/enable-upgrade.html"));
    }
    planVisit();
  }

  private void planVisit() {
    if (habit == Habit.ROBOT) {
      planCrawl();
      return;
    }
    ahead.add(Step.look("/"));
    ahead.add(Step.look("/assets/shop.css"));
    boolean buys = random.nextInt(3) == 0;
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      planLook();
    }
    if (buys) {
      planOrder();
    }
  }

  private void planCrawl() {
    for (int i = random.nextInt(3, 9); i > 0; i--) {
      planLook();
    }
  }

  /** One link out of forty is dead: what it led to is sold no more. */
  private void planLook() {
    if (random.nextInt(40) == 0) {
      ahead.add(new Step("GET", "/product/discontinued", "", 404));
    } else {
      ahead.add(Step.look("/product/" + product().id()));
    }
  }

  private void planOrder() {
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      ahead.add(new Step("POST", "/cart", "action=add&product=" + product().id(), 303));
    }
    String name = NAMES.get(random.nextInt(NAMES.size()));
    String form = "name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    ahead.add(new Step("POST", "/login", form, 303));
    ahead.add(Step.look("/checkout"));
  }

  private Product product() {
    return Product.CATALOGUE.get(random.nextInt(Product.CATALOGUE.size()));
  }

  /** The next request, which {@link #take} or {@link #lost} is to follow. */
  HttpRequest next() {
    Step step = ahead.element();
    URI uri = site.resolve(step.path());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("User-Agent", habit.userAgent)
            .header("Accept", "text/html,*/*;q=0.8");
    if (step.method().equals("POST")) {
      request
          .header("Content-Type", "application/x-www-form-urlencoded")
          .POST(HttpRequest.BodyPublishers.ofString(step.form()));
    }
    if (habit != Habit.ROBOT) {
      cookiesFor(uri).forEach(value -> request.header("Cookie", value));
    }
    return request.build();
  }

  private List<String> cookiesFor(URI uri) {
    try {
      return cookies.get(uri, Map.of()).getOrDefault("Cookie", List.of()).stream()
          .reduce((a, b) -> a + "; " + b)
          .stream()
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException("Cookies in memory can be read.", e);
    }
  }

  /**
   * Takes the answer to the request and sees what it leads to.
   *
   * @return what is wrong with it, empty if nothing is; the visit is over then
   */
  String take(HttpResponse<String> answer) throws IOException {
    Step step = ahead.remove();
    if (answer.statusCode() != step.expected()) {
      ahead.clear();
      return step.method() + " " + step.path() + " was answered with " + answer.statusCode();
    }
    cookies.put(answer.uri(), answer.headers().map());
    if (answer.statusCode() == 303) {
      ahead.push(Step.look(answer.headers().firstValue("Location").orElse("/")));
    }
    Matcher key = ORDER_KEY.matcher(answer.body());
    if (key.find()) {
      ahead.push(new Step("POST", "/checkout", "key=" + key.group(1), 200));
    }
    return "";
  }

  /** The request has had no answer: the visit is over. */
  void lost() {
    ahead.clear();
  }

  /** Whether there is nothing more to do on this visit. */
  boolean leaves() {
    return ahead.isEmpty();
  }

  /** Half of them are seen again, with the cookies that they have kept. */
  boolean comesBack() {
    boolean back = random.nextBoolean();
    if (back) {
      planVisit();
    }
    return back;
  }
}
