package dev.crossfade.loadtest;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Someone with a cookie jar who walks through the shop: looks, adds to the cart, logs in. Held by
 * one thread at a time.
 */
final class Visitor {

  /** What a visitor brings and keeps. */
  enum Habit {
    /** Comes with a session, so that the bucket is known, and keeps every cookie. */
    RETURNING,
    /** Comes with nothing and keeps every cookie. */
    FRESH,
    /** Comes with a session and keeps no cookie but the session's. */
    RETURNING_FORGETFUL,
    /** Comes with nothing and keeps no cookie but the session's. */
    FRESH_FORGETFUL,
    /** Has the upgrade cookie and belongs to new whatever the percentage is. */
    TESTER;

    /** Half of all visitors return, a fifth is fresh, and the others are spread evenly. */
    static Habit of(int visitor) {
      return switch (visitor % 20) {
        case 10, 11, 12, 13 -> FRESH;
        case 14, 15, 16 -> RETURNING_FORGETFUL;
        case 17, 18 -> FRESH_FORGETFUL;
        case 19 -> TESTER;
        default -> RETURNING;
      };
    }

    boolean returning() {
      return this == RETURNING || this == RETURNING_FORGETFUL;
    }

    boolean forgetful() {
      return this == RETURNING_FORGETFUL || this == FRESH_FORGETFUL;
    }
  }

  /**
   * The next step.
   *
   * @param parts what to write; the one who writes releases them
   * @param bodyHash of the request's body
   * @param answerBytes size of the answer's body
   * @param login whether a new session id must come back
   * @param addsToCart whether the cart must grow
   */
  record Step(
      String id,
      List<HttpObject> parts,
      long bodyHash,
      int answerBytes,
      boolean login,
      boolean addsToCart) {}

  private static final int UNKNOWN = -1;

  private final String name;
  private final Habit habit;
  private final SplittableRandom random;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private final Diary diary;
  private int steps;
  private int cart;

  Visitor(int number, Sessions sessions, long seed) {
    name = "v" + number;
    habit = Habit.of(number);
    random = new SplittableRandom(seed + number);
    BucketRange bucket = BucketRange.ANY;
    if (habit.returning()) {
      String session = sessions.newId();
      cookies.put(Origin.SESSION, session);
      bucket = BucketRange.ofSession(session);
    }
    if (habit == Habit.TESTER) {
      cookies.put("upgrade", "1");
    }
    diary = new Diary(name, habit == Habit.TESTER ? Side.NEW : null, bucket, new ArrayList<>());
  }

  Diary diary() {
    return diary;
  }

  /** Mostly looking; every third step posts, every twelfth logs in. */
  Step next(String host) {
    int step = steps++;
    String id = name + "-" + step;
    boolean login = step % 12 == 7;
    boolean cartStep = step % 3 == 1 && !login;
    boolean post = login || cartStep;
    int answerBytes = random.nextInt(16) == 0 ? 100_000 : random.nextInt(4_000);
    byte[] body = post ? Payload.of("body " + id, random.nextInt(1, 20_000)) : new byte[0];
    String page = login ? "/login/" : cartStep ? "/cart/" : "/shop/";
    String uri = page + id + "?bytes=" + answerBytes + (random.nextBoolean() ? "&chunked" : "");
    List<HttpObject> parts = post ? post(uri, body) : get(uri);
    HttpHeaders head = ((HttpRequest) parts.get(0)).headers();
    head.set(HttpHeaderNames.HOST, host).set(Origin.ID, id);
    if (!cookies.isEmpty()) {
      head.set(
          HttpHeaderNames.COOKIE,
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    return new Step(id, parts, Payload.hash(body), answerBytes, login, cartStep);
  }

  private static List<HttpObject> get(String uri) {
    return List.of(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri));
  }

  /** Half of them chunked, in two pieces; the others with a length. */
  private List<HttpObject> post(String uri, byte[] body) {
    if (random.nextBoolean()) {
      var whole =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.POST, uri, Unpooled.wrappedBuffer(body));
      HttpUtil.setContentLength(whole, body.length);
      return List.of(whole);
    }
    var head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, uri);
    HttpUtil.setTransferEncodingChunked(head, true);
    int half = body.length / 2;
    return List.of(
        head,
        new DefaultHttpContent(Unpooled.wrappedBuffer(body, 0, half)),
        new DefaultLastHttpContent(Unpooled.wrappedBuffer(body, half, body.length - half)));
  }

  /**
   * Takes the cookies of an answer and compares it with what the shop makes for this step.
   *
   * @return what is wrong with it, empty if nothing is
   */
  String take(Step step, Wire.Answer answer) {
    if (answer.status() != 200) {
      forgetCart();
      return "status " + answer.status();
    }
    String sessionBefore = cookies.getOrDefault(Origin.SESSION, "");
    takeCookies(answer.headers());
    String session = cookies.getOrDefault(Origin.SESSION, "");
    int cartBefore = cart;
    cart = answer.headers().getInt(Origin.CART, UNKNOWN);
    if (!step.id().equals(answer.headers().get(Origin.ID))) {
      return "the answer to " + answer.headers().get(Origin.ID);
    }
    if (!answer.body().equals(Unpooled.wrappedBuffer(Payload.of(step.id(), step.answerBytes())))) {
      return "other bytes than the origin's, %d of %d"
          .formatted(answer.body().readableBytes(), step.answerBytes());
    }
    boolean expectsNewSession = step.login() || sessionBefore.isEmpty();
    if (session.equals(sessionBefore) == expectsNewSession) {
      return expectsNewSession ? "no new session" : "the session was lost";
    }
    if (cartBefore != UNKNOWN && cart != cartBefore + (step.addsToCart() ? 1 : 0)) {
      return "a cart of " + cart + " after one of " + cartBefore;
    }
    return "";
  }

  /** After a request without an answer nobody knows what is in the cart. */
  void forgetCart() {
    cart = UNKNOWN;
  }

  private void takeCookies(HttpHeaders headers) {
    for (String field : headers.getAll(HttpHeaderNames.SET_COOKIE)) {
      Cookie cookie = ClientCookieDecoder.LAX.decode(field);
      if (cookie == null || (habit.forgetful() && !cookie.name().equals(Origin.SESSION))) {
        continue;
      }
      if (cookie.maxAge() <= 0 && cookie.maxAge() != Cookie.UNDEFINED_MAX_AGE) {
        cookies.remove(cookie.name());
      } else {
        cookies.put(cookie.name(), cookie.value());
      }
    }
  }
}
