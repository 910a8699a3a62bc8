package dev.crossfade.loadtest;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A visitor with a cookie jar who comes back now and then, and what became of them. Held by one
 * thread at a time.
 *
 * <p>Whether a side is the wrong one is judged without asking the balancer. A visitor has one place
 * in the split, by which every percentage gives them one side; each side seen under a known
 * percentage narrows down where that place can be. A side that leaves no place means that the
 * visitor was moved although the percentage did not pass them by.
 */
final class SimulatedVisitor {
  /** Assets that a page loads, at once. */
  private static final int ASSETS = 2;

  /** Pages that are opened at once by those who use tabs. */
  private static final int TABS = 3;

  /**
   * What a visitor is like.
   *
   * @param returning comes with a session from an earlier day
   * @param dropsOurCookie keeps the application's cookie, but none of the balancer's
   * @param logsIn at the first visit, which changes the session's id
   * @param opensTabs several pages at once
   * @param tests has the upgrade cookie, and so belongs to new whatever the percentage is
   */
  record Habits(
      boolean returning, boolean dropsOurCookie, boolean logsIn, boolean opensTabs, boolean tests) {

    /** 50 % return, 5 % drop our cookie, 30 % log in, 10 % open tabs, 1 % test. */
    static Habits of(SplittableRandom random) {
      return new Habits(
          random.nextInt(100) < 50,
          random.nextInt(100) < 5,
          random.nextInt(100) < 30,
          random.nextInt(100) < 10,
          random.nextInt(100) < 1);
    }
  }

  private final Habits habits;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private BucketRange place = BucketRange.ANY;
  private boolean hasBeenHere;
  private boolean onNew;
  private boolean sawWrongSide;
  private boolean flippedAtLogin;
  private boolean flippedBetweenPageAndAsset;

  /**
   * @param earlierSession the session of those who return
   */
  SimulatedVisitor(Habits habits, String earlierSession, Balancer balancer) {
    this.habits = habits;
    if (habits.returning()) {
      cookies.put(Origin.SESSION, earlierSession);
      place = balancer.placeOf(earlierSession);
    }
    if (habits.tests()) {
      cookies.put("upgrade", "1");
    }
  }

  Habits habits() {
    return habits;
  }

  boolean hasBeenHere() {
    return hasBeenHere;
  }

  /** The side of the last page. */
  boolean onNew() {
    return onNew;
  }

  /** At least once a side that the percentage and the sides before do not account for. */
  boolean sawWrongSide() {
    return sawWrongSide;
  }

  /** The login on one side, the page after it on the other, under one percentage. */
  boolean flippedAtLogin() {
    return flippedAtLogin;
  }

  /** A page from one side, what it loads from the other, under one percentage. */
  boolean flippedBetweenPageAndAsset() {
    return flippedBetweenPageAndAsset;
  }

  /**
   * Comes to the shop, looks at a page and what it loads; the first time also logs in, and each
   * time opens tabs, if that is their habit.
   *
   * @param threshold percentage × 100, in force during all of it
   * @throws IOException if a request gets no whole answer, or none with a side
   */
  void visit(Connections connections, int threshold) throws IOException, InterruptedException {
    boolean first = !hasBeenHere;
    hasBeenHere = true;
    page(connections, threshold);
    if (habits.opensTabs()) {
      get(connections, threshold, Collections.nCopies(TABS, PageOrigin.PAGE));
    }
    if (first && habits.logsIn()) {
      Side login = get(connections, threshold, List.of(PageOrigin.LOGIN)).get(0);
      Side after = page(connections, threshold);
      flippedAtLogin |= login != after;
    }
  }

  private Side page(Connections connections, int threshold)
      throws IOException, InterruptedException {
    Side page = get(connections, threshold, List.of(PageOrigin.PAGE)).get(0);
    for (Side asset : get(connections, threshold, Collections.nCopies(ASSETS, PageOrigin.ASSET))) {
      flippedBetweenPageAndAsset |= asset != page;
    }
    onNew = page == Side.NEW;
    return page;
  }

  /** Sends these at once, takes the cookies of the answers, and judges their sides. */
  private List<Side> get(Connections connections, int threshold, List<String> targets)
      throws IOException, InterruptedException {
    List<DefaultFullHttpRequest> requests = new ArrayList<>();
    for (String target : targets) {
      requests.add(request(target, connections.host()));
    }
    List<Side> sides = new ArrayList<>();
    for (Wire.Answer answer : connections.exchange(requests)) {
      Side side = Side.labelled(answer.headers().get(Origin.SIDE));
      if (answer.status() != 200 || side == null) {
        throw new IOException("status " + answer.status() + " of " + side);
      }
      takeCookies(answer);
      judge(side, threshold);
      sides.add(side);
    }
    return sides;
  }

  private DefaultFullHttpRequest request(String target, String host) {
    var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
    request.headers().set(HttpHeaderNames.HOST, host);
    if (!cookies.isEmpty()) {
      request
          .headers()
          .set(
              HttpHeaderNames.COOKIE,
              cookies.entrySet().stream()
                  .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                  .collect(Collectors.joining("; ")));
    }
    return request;
  }

  private void takeCookies(Wire.Answer answer) {
    for (String field : answer.headers().getAll(HttpHeaderNames.SET_COOKIE)) {
      @Nullable Cookie cookie = ClientCookieDecoder.LAX.decode(field);
      if (cookie != null && (!habits.dropsOurCookie() || cookie.name().equals(Origin.SESSION))) {
        cookies.put(cookie.name(), cookie.value());
      }
    }
  }

  private void judge(Side seen, int threshold) {
    if (habits.tests()) {
      sawWrongSide |= seen != Side.NEW;
      return;
    }
    Timeline.Thresholds inForce = new Timeline.Thresholds(threshold, threshold);
    if (!place.allows(seen, inForce)) {
      sawWrongSide = true;
      place = BucketRange.ANY;
    }
    if (place.allows(seen, inForce)) {
      place = place.narrowed(seen, inForce);
    }
  }
}
