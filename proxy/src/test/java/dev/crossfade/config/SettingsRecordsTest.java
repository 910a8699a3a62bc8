package dev.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.crossfade.admin.AdminSettings;
import dev.crossfade.control.StateSettings;
import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.forward.OwnPages;
import dev.crossfade.net.ListenerSettings;
import dev.crossfade.plan.Balancing;
import dev.crossfade.plan.Ejection;
import dev.crossfade.plan.Limits;
import dev.crossfade.plan.Probe;
import dev.crossfade.plan.ProxyHeader;
import dev.crossfade.plan.Tls;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.route.Rule;
import dev.crossfade.server.ServerSettings;
import dev.crossfade.split.Anonymous;
import dev.crossfade.split.Policy;
import dev.crossfade.split.SessionHash;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.upstream.PoolSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings refuse nonsense whoever makes them, not only this package. */
class SettingsRecordsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  static Stream<Arguments> nonsense() {
    return Stream.of(
        refused("listener", () -> new ListenerSettings(" ", null, false, true)),
        refused("address to listen on", () -> server(List.of(), MINUTE)),
        refused("drain timeout", () -> server(listeners(), MINUTE.negated())),
        refused("request line", () -> new ServerSettings.Limits(0, 1, 1, 0, 0, 0, 1, 1)),
        refused("of a head", () -> new ServerSettings.Limits(1, 0, 1, 0, 0, 0, 1, 1)),
        refused("fields", () -> new ServerSettings.Limits(1, 1, 0, 0, 0, 0, 1, 1)),
        refused("requests", () -> new ServerSettings.Limits(1, 1, 1, -1, 0, 0, 1, 1)),
        refused("in all", () -> new ServerSettings.Limits(1, 1, 1, 0, -1, 0, 1, 1)),
        refused("one client", () -> new ServerSettings.Limits(1, 1, 1, 0, 0, -1, 1, 1)),
        refused("ahead", () -> new ServerSettings.Limits(1, 1, 1, 0, 0, 0, 0, 1)),
        refused("streams", () -> new ServerSettings.Limits(1, 1, 1, 0, 0, 0, 1, 0)),
        refused("head timeout", () -> timeouts(Duration.ZERO, MINUTE, MINUTE, 0, MINUTE)),
        refused("keep-alive", () -> timeouts(MINUTE, Duration.ZERO, MINUTE, 0, MINUTE)),
        refused("body timeout", () -> timeouts(MINUTE, MINUTE, Duration.ZERO, 0, MINUTE)),
        refused("a second", () -> timeouts(MINUTE, MINUTE, MINUTE, -1, MINUTE)),
        refused("write", () -> timeouts(MINUTE, MINUTE, MINUTE, 0, Duration.ZERO)),
        refused("connect", () -> new PoolSettings(Duration.ZERO, MINUTE, 1)),
        refused("idle timeout", () -> new PoolSettings(MINUTE, Duration.ZERO, 1)),
        refused("unused", () -> new PoolSettings(MINUTE, MINUTE, -1)),
        refused("first byte", () -> forward(Duration.ZERO, MINUTE, 0, MINUTE)),
        refused("between bytes", () -> forward(MINUTE, Duration.ZERO, 0, MINUTE)),
        refused("limit of a body", () -> forward(MINUTE, MINUTE, -1, MINUTE)),
        refused("Retry-After", () -> forward(MINUTE, MINUTE, 0, Duration.ofMillis(999))),
        refused("threshold", () -> new StateSettings(Path.of("data"), 10_001)),
        refused("threshold", () -> new StateSettings(Path.of("data"), -1)),
        refused("at least one", () -> new UpstreamSpec(Side.NEW, List.of(), null)),
        refused("twice", () -> new UpstreamSpec(Side.NEW, List.of("a:1", "a:1"), null)),
        refused("host", () -> new UpstreamSpec(Side.NEW, List.of("a:1"), "")),
        refused("of no endpoint", () -> spec(Map.of("b:1", 2), null)),
        refused("from 1 to 1000", () -> spec(Map.of("a:1", 0), null)),
        refused("slow start", () -> new Balancing(Balancing.Way.HASH, MINUTE.negated())),
        refused("slash", () -> probe("a", MINUTE, MINUTE, 200, 399, 1)),
        refused("interval", () -> probe("/", Duration.ZERO, MINUTE, 200, 399, 1)),
        refused("timeout", () -> probe("/", MINUTE, Duration.ZERO, 200, 399, 1)),
        refused("statuses", () -> probe("/", MINUTE, MINUTE, 199, 399, 1)),
        refused("statuses", () -> probe("/", MINUTE, MINUTE, 300, 299, 1)),
        refused("rise and fall", () -> probe("/", MINUTE, MINUTE, 200, 399, 0)),
        refused("in a row", () -> new Ejection(-1, 0, MINUTE, MINUTE, 0)),
        refused("share", () -> new Ejection(0, 10_001, MINUTE, MINUTE, 0)),
        refused("share", () -> new Ejection(0, 0, MINUTE, MINUTE, -1)),
        refused("longest", () -> new Ejection(0, 0, MINUTE, Duration.ofSeconds(1), 0)),
        refused("0 or more", () -> new Limits(-1, 0, 0, MINUTE)),
        refused("waiting time", () -> new Limits(0, 0, 0, Duration.ZERO)),
        refused("its key", () -> new Tls(null, true, null, Path.of("a"), null)),
        refused("CA bundle", () -> new Tls(Path.of("a"), false, null, null, null)),
        refused(
            "server name",
            () -> spec(Map.of(), new Tls(null, true, null, null, null), "unix:/run/a")),
        refused("name servers", () -> new PoolSettings.Names(List.of(), Duration.ZERO)),
        refused("age", () -> pool(MINUTE.negated(), 0)),
        refused("age", () -> pool(MINUTE, -1)),
        refused("needs a name", () -> rule("", "/", null)),
        refused("condition", () -> rule("all", null, null)),
        refused("path begins", () -> rule("all", "a", null)),
        refused("path-prefix begins", () -> rule("all", null, "a")),
        refused("needs a name", () -> new Rule.HeaderCondition("", "a", null)),
        refused("one of", () -> new Rule.HeaderCondition("A", null, null)),
        refused("no more", () -> new Rule.HeaderCondition("A", "a", "a")),
        refused("at least one", () -> session(List.of(), SessionHash.XXH64, "")),
        refused("a b", () -> session(List.of("a b"), SessionHash.XXH64, "")),
        refused("salt", () -> session(List.of("a"), SessionHash.NGINX, "pepper")),
        refused("name", () -> affinity("", MINUTE, "/", SplitSettings.SameSite.LAX)),
        refused("max-age", () -> affinity("a", Duration.ZERO, "/", SplitSettings.SameSite.LAX)),
        refused("slash", () -> affinity("a", MINUTE, "", SplitSettings.SameSite.LAX)),
        refused("secure", () -> affinity("a", MINUTE, "/", SplitSettings.SameSite.NONE)),
        refused("name", () -> upgrade("=", null, "/on", "/off")),
        refused("empty", () -> upgrade("a", "", "/on", "/off")),
        refused("never", () -> upgrade("a", "never", "/on", "/off")),
        refused("enable-path", () -> upgrade("a", null, "on", "/off")),
        refused("disable-path", () -> upgrade("a", null, "/on", "off")),
        refused("differ", () -> upgrade("a", null, "/on", "/on")),
        refused("size", () -> new SplitSettings.Learned(-1, MINUTE)),
        refused("expiry", () -> new SplitSettings.Learned(1, Duration.ZERO)));
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("nonsense")
  void nonsenseIsRefusedInAFullSentence(String word, Supplier<Object> settings) {
    assertThatIllegalArgumentException()
        .isThrownBy(settings::get)
        .withMessageContaining(word)
        .withMessageMatching("(?s)[A-Z\"].*\\.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0:1",
        "192.0.2.1:1",
        "[::]:1",
        "[2001:db8::1]:1",
        "localhost.example:1",
        "::"
      })
  void anAddressThatOthersReachNeedsAToken(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdminSettings(address, null, Path.of("viewer")))
        .withMessageContaining("token-file")
        .withMessageContaining(address);
    assertThat(new AdminSettings(address, Path.of("operator"), null).loopback()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "LocalHost:1"})
  void loopbackNeedsNoToken(String address) {
    assertThat(new AdminSettings(address, null, null).loopback()).isTrue();
  }

  @Test
  void whatIsMadeOfAListDoesNotChangeWithIt() {
    List<String> cookies = new ArrayList<>(List.of("a"));
    SplitSettings.Session session = session(cookies, SessionHash.XXH64, "");
    cookies.add("b");

    assertThat(session.cookies()).containsExactly("a");
  }

  private static Arguments refused(String word, Supplier<Object> settings) {
    return Arguments.of(word, settings);
  }

  private static List<ListenerSettings> listeners() {
    return List.of(new ListenerSettings("127.0.0.1:0", null, false, true));
  }

  private static ServerSettings server(List<ListenerSettings> listeners, Duration drain) {
    return new ServerSettings(
        listeners,
        new ServerSettings.Limits(1, 1, 1, 0, 0, 0, 1, 1),
        timeouts(MINUTE, MINUTE, MINUTE, 0, MINUTE),
        drain);
  }

  private static ServerSettings.Timeouts timeouts(
      Duration head, Duration keepAlive, Duration body, int bodyRate, Duration write) {
    return new ServerSettings.Timeouts(head, keepAlive, body, bodyRate, write);
  }

  private static ForwardSettings forward(
      Duration firstByte, Duration betweenBytes, long maxBody, Duration retryAfter) {
    return new ForwardSettings(
        firstByte,
        betweenBytes,
        List.of(),
        ForwardSettings.DebugHeaders.OFF,
        maxBody,
        retryAfter,
        OwnPages.NONE);
  }

  private static Rule rule(String name, @Nullable String path, @Nullable String pathPrefix) {
    return new Rule(name, path, pathPrefix, null, null, null, null, null, Side.NEW);
  }

  private static SplitSettings.Session session(
      List<String> cookies, SessionHash hash, String salt) {
    return new SplitSettings.Session(cookies, hash, salt, Anonymous.SPLIT);
  }

  private static SplitSettings.Affinity affinity(
      String cookie, Duration maxAge, String path, SplitSettings.SameSite sameSite) {
    return new SplitSettings.Affinity(
        cookie, Policy.FOLLOW, maxAge, path, null, sameSite, SplitSettings.Secure.NEVER, true);
  }

  private static SplitSettings.Upgrade upgrade(
      String cookie, @Nullable String token, String enablePath, String disablePath) {
    return new SplitSettings.Upgrade(
        cookie, token, true, enablePath, disablePath, SplitSettings.AfterRollback.HONOUR);
  }

  private static UpstreamSpec spec(
      Map<String, Integer> weights, @Nullable Tls tls, String... endpoints) {
    return new UpstreamSpec(
        Side.NEW,
        endpoints.length == 0 ? List.of("a:1") : List.of(endpoints),
        null,
        weights,
        Balancing.DEFAULT,
        null,
        Ejection.DEFAULT,
        Limits.NONE,
        tls,
        ProxyHeader.OFF);
  }

  private static Probe probe(
      String path, Duration interval, Duration timeout, int least, int most, int rise) {
    return new Probe(path, null, interval, timeout, least, most, null, rise, 1);
  }

  private static PoolSettings pool(Duration maxAge, int requests) {
    return new PoolSettings(
        MINUTE, MINUTE, 1, maxAge, requests, new PoolSettings.Names(List.of(), MINUTE));
  }
}
