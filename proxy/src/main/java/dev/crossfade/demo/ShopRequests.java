package dev.crossfade.demo;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the shop does with a request. */
final class ShopRequests {
  static final String COOKIE = "PHPSESSID";

  /** More than any form of the shop. */
  private static final int LARGEST_FORM = 16 << 10;

  private static final int LONGEST_NAME = 40;

  private final ShopVersion version;
  private final SessionStore sessions;
  private final Pages pages;

  ShopRequests(ShopVersion version, SessionStore sessions) {
    this.version = version;
    this.sessions = sessions;
    this.pages = new Pages(version);
  }

  void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("X-Shop", version.side());
    String path = exchange.getRequestURI().getPath();
    switch (path == null ? "" : path) {
      case "/health" -> send(exchange, 200, "text/plain; charset=utf-8", "no-store", "ok\n");
      case "/assets/shop.css" ->
          send(exchange, 200, "text/css; charset=utf-8", "public, max-age=300", pages.css());
      case "/" -> page(exchange, 200, pages.home(session(exchange).state()));
      case "/cart" -> cart(exchange);
      case "/login" -> login(exchange);
      case "/logout" -> logout(exchange);
      case "/checkout" -> checkout(exchange);
      default -> product(exchange, path == null ? "" : path);
    }
  }

  private void product(HttpExchange exchange, String path) throws IOException {
    Optional<Product> product =
        path.startsWith("/product/")
            ? Product.find(path.substring("/product/".length()))
            : Optional.empty();
    Session session = session(exchange).state();
    if (product.isPresent()) {
      page(exchange, 200, pages.product(session, product.get()));
    } else {
      page(exchange, 404, pages.problem(session, "Not found", "The shop has no such page."));
    }
  }

  private void cart(HttpExchange exchange) throws IOException {
    Visit visit = session(exchange);
    if (!isPost(exchange)) {
      page(exchange, 200, pages.cart(visit.state()));
      return;
    }
    Map<String, String> form = form(exchange);
    Optional<Product> product = Product.find(form.getOrDefault("product", ""));
    if (product.isEmpty()) {
      page(exchange, 404, pages.problem(visit.state(), "Not found", "There is no such product."));
      return;
    }
    boolean removes = form.getOrDefault("action", "add").equals("remove");
    sessions.change(
        visit.id(),
        session -> removes ? session.without(product.get()) : session.withAdded(product.get()));
    redirect(exchange, "/cart");
  }

  private void login(HttpExchange exchange) throws IOException {
    Visit visit = session(exchange);
    if (!isPost(exchange)) {
      page(exchange, 200, pages.login(visit.state()));
      return;
    }
    String name = form(exchange).getOrDefault("name", "").strip();
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      page(exchange, 422, pages.problem(visit.state(), "Log in", "A name has 1 to 40 letters."));
      return;
    }
    Optional<String> renewed = sessions.renew(visit.id());
    String id = renewed.isPresent() ? renewed.get() : sessions.create();
    sessions.change(id, session -> session.as(name));
    setCookie(exchange, id, "");
    redirect(exchange, "/");
  }

  private void logout(HttpExchange exchange) throws IOException {
    sessions.end(cookie(exchange));
    setCookie(exchange, "", "; Max-Age=0");
    redirect(exchange, "/");
  }

  private void checkout(HttpExchange exchange) throws IOException {
    Visit visit = session(exchange);
    if (!isPost(exchange)) {
      Session session = sessions.change(visit.id(), Session::withOrderKey).orElse(Session.EMPTY);
      page(exchange, 200, pages.checkout(session));
      return;
    }
    String key = form(exchange).getOrDefault("key", "");
    Session session =
        sessions.change(visit.id(), before -> before.ordered(key)).orElse(Session.EMPTY);
    if (session.hasOrdered(key)) {
      page(exchange, 200, pages.ordered(session));
    } else {
      page(
          exchange,
          409,
          pages.problem(
              session, "Not ordered", "This order form is out of date. Please look at your cart."));
    }
  }

  /** The visitor's session, begun with this request where there was none. */
  private Visit session(HttpExchange exchange) throws IOException {
    String id = cookie(exchange);
    Optional<Session> known = sessions.find(id);
    if (known.isPresent()) {
      return new Visit(id, known.get());
    }
    // An id that we have not given out is not taken over.
    String created = sessions.create();
    setCookie(exchange, created, "");
    return new Visit(created, Session.EMPTY);
  }

  private record Visit(String id, Session state) {}

  private static String cookie(HttpExchange exchange) {
    for (String line : exchange.getRequestHeaders().getOrDefault("Cookie", List.of())) {
      for (String pair : line.split(";", -1)) {
        String stripped = pair.strip();
        if (stripped.startsWith(COOKIE + "=")) {
          return stripped.substring(COOKIE.length() + 1);
        }
      }
    }
    return "";
  }

  private static void setCookie(HttpExchange exchange, String id, String more) {
    exchange
        .getResponseHeaders()
        .set("Set-Cookie", COOKIE + "=" + id + "; Path=/; HttpOnly; SameSite=Lax" + more);
  }

  private static boolean isPost(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("POST");
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_FORM);
    Map<String, String> form = new HashMap<>();
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return form;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static void redirect(HttpExchange exchange, String path) throws IOException {
    exchange.getResponseHeaders().set("Location", path);
    send(exchange, 303, "text/plain; charset=utf-8", "no-store", "See " + path + "\n");
  }

  private static void page(HttpExchange exchange, int status, String html) throws IOException {
    send(exchange, status, "text/html; charset=utf-8", "no-store, private", html);
  }

  private static void send(
      HttpExchange exchange, int status, String type, String caching, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", caching);
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
