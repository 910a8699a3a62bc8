package dev.crossfade.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers as it was told to, in the order it was told, and remembers what it was asked. */
final class FakeAdmin implements AutoCloseable {
  static final String STATE =
      """
      {"revision":7,"percent":12.5,"epoch":1,\
      "maintenance":{"old":false,"new":false,"freeze-writes":false},\
      "changed-at":"2026-11-22T06:30:00Z","changed-by":"operator","reason":"snow ☃"}""";

  private final HttpServer server;
  private final Map<String, List<Reply>> replies = new LinkedHashMap<>();
  private final List<Asked> asked = new ArrayList<>();

  /** What was asked; the target as it stood on the wire. */
  record Asked(String method, String target, String body, String authorization, String ifMatch) {}

  private record Reply(int status, String type, String body) {}

  FakeAdmin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    reply("GET /split", 200, STATE);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next reply to a method and path; the last one stays. */
  FakeAdmin reply(String call, int status, String body) {
    String type = status < 400 ? "application/json" : "application/problem+json";
    return reply(call, status, type, body);
  }

  synchronized FakeAdmin reply(String call, int status, String type, String body) {
    replies.computeIfAbsent(call, key -> new ArrayList<>()).add(new Reply(status, type, body));
    return this;
  }

  FakeAdmin refuse(String call, int status, String detail) {
    return reply(
        call,
        status,
        "{\"title\":\"Refused\",\"status\":%d,\"detail\":\"%s\"}".formatted(status, detail));
  }

  synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  Asked lastAsked() {
    List<Asked> all = asked();
    return all.get(all.size() - 1);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply = next(exchange);
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", reply.type());
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private synchronized Reply next(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            body,
            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
            String.valueOf(exchange.getRequestHeaders().getFirst("If-Match"))));
    String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    List<Reply> planned = replies.getOrDefault(call, List.of());
    if (planned.isEmpty()) {
      return new Reply(404, "application/problem+json", "{\"title\":\"Not found\",\"status\":404}");
    }
    return planned.size() == 1 ? planned.get(0) : planned.remove(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
