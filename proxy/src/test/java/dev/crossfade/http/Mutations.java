package dev.crossfade.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Heads and bodies that are almost right. */
public final class Mutations {
  private static final String[] LINES = {
    "GET / HTTP/1.1",
    "GET /a?b=c HTTP/1.1",
    "POST /%2e/;x HTTP/1.1",
    "HEAD / HTTP/1.0",
    "OPTIONS * HTTP/1.1",
    "GET http://b:81/x HTTP/1.1",
    "GET HTTPS://[::1]?x HTTP/1.1",
    "CONNECT a:443 HTTP/1.1"
  };
  private static final String[] STATUS_LINES = {
    "HTTP/1.1 200 OK",
    "HTTP/1.0 304 Not Modified",
    "HTTP/1.1 204",
    "HTTP/1.1 404 ",
    "HTTP/1.1 103 Hints"
  };
  private static final String[] FIELDS = {
    "Content-Length: 5",
    "content-length:5",
    "Content-Length: 0",
    "Transfer-Encoding: chunked",
    "transfer-encoding:CHUNKED\t",
    "Transfer-Encoding: gzip, chunked",
    "Connection: close",
    "Connection: keep-alive, X-A",
    "Connection: Upgrade, expect",
    "Connection: Content-Length, Host",
    "Upgrade: websocket",
    "Expect: 100-continue",
    "Expect: other",
    "Cookie: a=b; crossfade=x; PHPSESSID=1",
    "X-A: b",
    "X-Forwarded-For: 1.2.3.4",
    "x_forwarded_proto: https",
    "Forwarded: for=a",
    "X-Crossfade-Variant: new",
    "TE: trailers",
    "Keep-Alive: 5",
    "X-Long: " + "abcdefgh\u00e9".repeat(5),
    "Empty:",
    "Host: b:80"
  };
  private static final String[] ODD = {
    "\r",
    "\n",
    "\r\n",
    "\0",
    " ",
    "\t",
    ":",
    "\u007f",
    "\u000b",
    "\u0085",
    "\u00ff",
    ",",
    ";",
    "#",
    "/",
    "*",
    "0",
    "9",
    "+",
    "-",
    "_",
    "%",
    "@",
    "[",
    "]",
    "H",
    "x",
    "\r\n ",
    "\r\n\r\n",
    "chunked"
  };
  private static final String[] BODY = {
    "5\r\nhello\r\n",
    "a;x=y\r\n0123456789\r\n",
    "1 ;z\r\nx\r\n",
    "2;a = \"b;\\\"c\" ; d=e\r\nxy\r\n",
    "0003\r\nabc\r\n",
    "0\r\n\r\n",
    "0\r\nX: y\r\n\r\n",
    "0;e\r\nX-Y:\r\nZ: \tz \r\n\r\n",
    "0\r\nHost: a\r\n\r\n"
  };

  private final Random random;

  /** Mutations that are the same for the same seed. */
  public Mutations(Random random) {
    this.random = random;
  }

  /** A request's head, with as many faults as not. */
  public String head() {
    List<String> lines = new ArrayList<>();
    lines.add(pick(LINES));
    lines.add("Host: a");
    return mutated(lines);
  }

  /** An answer's head. */
  public String answerHead() {
    List<String> lines = new ArrayList<>();
    lines.add(pick(STATUS_LINES));
    return mutated(lines);
  }

  private String mutated(List<String> lines) {
    for (int i = random.nextInt(5); i > 0; i--) {
      lines.add(1 + random.nextInt(lines.size()), pick(FIELDS));
    }
    return mutated(String.join("\r\n", lines) + "\r\n\r\n");
  }

  /** A chunked body, and perhaps something behind it. */
  public String body() {
    StringBuilder body = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      body.append(pick(BODY));
    }
    return mutated(body.append("0\r\n\r\n").toString());
  }

  /** The text with none to three small faults. */
  public String mutated(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = random.nextInt(4); i > 0 && out.length() > 0; i--) {
      int at = random.nextInt(out.length());
      switch (random.nextInt(4)) {
        case 0 -> out.insert(at, pick(ODD));
        case 1 -> out.deleteCharAt(at);
        case 2 -> out.setCharAt(at, (char) random.nextInt(256));
        default -> out.setCharAt(at, pick(ODD).charAt(0));
      }
    }
    return out.toString();
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }
}
