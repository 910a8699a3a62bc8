package dev.crossfade.config;

import dev.crossfade.accesslog.AccessLogSettings;
import dev.crossfade.admin.AdminSettings;
import dev.crossfade.control.StateSettings;
import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.forward.ForwardSettings.DebugHeaders;
import dev.crossfade.forward.OwnPages;
import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.TransportKind;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.route.Rule;
import dev.crossfade.route.RuleTable;
import dev.crossfade.server.ServerSettings;
import dev.crossfade.split.Anonymous;
import dev.crossfade.split.Policy;
import dev.crossfade.split.SessionHash;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.upstream.PoolSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the section {@code crossfade} into settings: the one place that knows all keys. A record is
 * empty where something was wrong with its part; in the end either all are there or the
 * configuration is refused.
 */
final class SettingsReader {
  private static final Form<Duration> TIMEOUT = Form.duration(Duration.ofMillis(1));
  private static final Form<Duration> SECONDS = Form.duration(Duration.ofSeconds(1));
  private static final Form<Integer> LIMIT = Form.count(0, Integer.MAX_VALUE);
  private static final int MEBIBYTE = 1 << 20;
  private static final long TEBIBYTE = 1L << 40;

  private final Reading reading;
  private final Section root;
  private final Section limits;
  private final Section timeouts;
  private final NamedFiles files;

  /** Who listens on which address; names in lower case, paths as they are. */
  private final Map<String, Section> listening = new HashMap<>();

  /**
   * @param reading of which this is a part
   * @param root the section {@code crossfade}
   * @param base the folder that relative paths start from
   */
  SettingsReader(Reading reading, Section root, Path base) {
    this.reading = reading;
    this.root = root;
    this.limits = root.section("limits");
    this.timeouts = root.section("timeouts");
    this.files = new NamedFiles(base);
  }

  /**
   * Reads all keys.
   *
   * @param file named in the settings
   * @return empty where a problem was reported
   */
  Optional<Settings> read(@Nullable Path file) {
    Optional<ServerSettings> server = server();
    TransportKind transport =
        root.read("transport", Form.oneOf(TransportKind.class, TransportKind::label));
    int eventLoops = root.read("event-loops", Form.count(0, 1024));
    Duration shutdownDelay = root.read("shutdown-delay", Form.duration(Duration.ZERO));
    Optional<AdminSettings> admin = admin(root.section("admin"));
    Section upstreams = root.section("upstreams");
    UpstreamReader upstream = new UpstreamReader(files);
    Optional<UpstreamSpec> oldUpstream = upstream.read(upstreams.section("old"), Side.OLD);
    Optional<UpstreamSpec> newUpstream = upstream.read(upstreams.section("new"), Side.NEW);
    boolean failover = root.read("failover", Form.oneOf(Failover.class)) == Failover.NEW_TO_OLD;
    Optional<PoolSettings> pool = pool(root.section("pool"));
    int initialThreshold = root.section("split").read("initial-percent", Form.percent());
    Section affinity = root.section("affinity");
    Path affinityKeyFile = affinity.optional("key-file", files.keyFile());
    Optional<SplitSettings> split = split(affinity);
    List<Rule> rules = root.entries("rules", "rules", this::rule);
    Optional<ForwardSettings> forward = forward();
    Optional<AccessLogSettings> accessLog = accessLog(root.section("access-log"));
    Optional<StateSettings> state = state(root.section("state"), initialThreshold);
    return root.made(
        () ->
            new Settings(
                file,
                transport,
                eventLoops,
                server.orElseThrow(),
                shutdownDelay,
                admin.orElseThrow(),
                split.orElseThrow(),
                affinityKeyFile,
                oldUpstream.orElseThrow(),
                newUpstream.orElseThrow(),
                pool.orElseThrow(),
                forward.orElseThrow(),
                failover,
                new RuleTable(rules),
                accessLog.orElseThrow(),
                state.orElseThrow(),
                wording()));
  }

  /** What the keys say that were read, and the files they name. */
  private Map<String, String> wording() {
    Map<String, String> wording = new HashMap<>();
    for (EffectiveValue value : reading.values()) {
      wording.put(root.relative(value.key()), value.value() + files.fingerprint(value.value()));
    }
    return wording;
  }

  private enum Failover {
    NEW_TO_OLD,
    OFF
  }

  private Optional<ServerSettings> server() {
    List<ListenerSettings> listeners =
        root.entries("listen", "listeners", (entry, place) -> listener(entry));
    root.refuseEmpty("listen", "listeners");
    Optional<ServerSettings.Limits> clientLimits = clientLimits();
    Optional<ServerSettings.Timeouts> clientTimeouts = clientTimeouts();
    Duration drainTimeout = root.read("drain-timeout", Form.duration(Duration.ZERO));
    return root.made(
        () ->
            new ServerSettings(
                listeners, clientLimits.orElseThrow(), clientTimeouts.orElseThrow(), drainTimeout));
  }

  private Optional<ListenerSettings> listener(Section entry) {
    String address = entry.optional("address", Addresses.address());
    Optional<ListenerSettings.Tls> tls =
        Optional.ofNullable(entry.optionalSection("tls")).flatMap(this::tls);
    Boolean proxyProtocol = entry.optional("proxy-protocol", Form.onOff());
    Boolean http2 = entry.optional("http2", Form.onOff());
    entry.require("address");
    if (address == null) {
      return Optional.empty();
    }
    listen(entry, address);
    return entry.made(
        () ->
            new ListenerSettings(
                address,
                tls.orElse(null),
                Boolean.TRUE.equals(proxyProtocol),
                !Boolean.FALSE.equals(http2)),
        "address");
  }

  private Optional<ListenerSettings.Tls> tls(Section tls) {
    Path certificate = tls.optional("certificate", files.certificate());
    Path key = tls.optional("key", files.privateKey());
    tls.require("certificate");
    tls.require("key");
    if (certificate == null || key == null) {
      return Optional.empty();
    }
    try {
      NamedFiles.checkPair(certificate, key);
    } catch (Unfit e) {
      tls.refuse("key", String.valueOf(e.getMessage()));
    }
    return tls.made(() -> new ListenerSettings.Tls(certificate, key));
  }

  private Optional<ServerSettings.Limits> clientLimits() {
    int requestLine = limits.read("request-line", Form.intSize(64, MEBIBYTE));
    int head = limits.read("head", Form.intSize(256, MEBIBYTE));
    int fields = limits.read("fields", Form.count(1, 10_000));
    int requestsPerConnection = limits.read("requests-per-connection", LIMIT);
    int connections = limits.read("connections", LIMIT);
    int connectionsPerClient = limits.read("connections-per-client", LIMIT);
    int pipelined = limits.read("pipelined", Form.intSize(1024, 64 * MEBIBYTE));
    int streams = limits.read("streams", Form.count(1, 10_000));
    return limits.made(
        () ->
            new ServerSettings.Limits(
                requestLine,
                head,
                fields,
                requestsPerConnection,
                connections,
                connectionsPerClient,
                pipelined,
                streams));
  }

  private Optional<ServerSettings.Timeouts> clientTimeouts() {
    Duration head = timeouts.read("head", TIMEOUT);
    Duration keepAlive = timeouts.read("keep-alive", TIMEOUT);
    Duration body = timeouts.read("body", TIMEOUT);
    int bodyRate = timeouts.read("body-rate", Form.intSize(0, 1024 * MEBIBYTE));
    Duration write = timeouts.read("write", TIMEOUT);
    return timeouts.made(() -> new ServerSettings.Timeouts(head, keepAlive, body, bodyRate, write));
  }

  private Optional<AdminSettings> admin(Section admin) {
    String address = admin.read("address", Addresses.tcpAddress());
    Path tokenFile = admin.optional("token-file", files.tokenFile());
    Path viewerTokenFile = admin.optional("viewer-token-file", files.tokenFile());
    listen(admin, address);
    return admin.made(() -> new AdminSettings(address, tokenFile, viewerTokenFile), "address");
  }

  /** Refuses an address that another listener has. */
  private void listen(Section owner, String address) {
    String known = address.startsWith("unix:") ? address : address.toLowerCase(Locale.ROOT);
    Section holder = listening.putIfAbsent(known, owner);
    if (holder != null) {
      refuseSame(owner, "address", holder, "address");
    }
  }

  /** Refuses the same value in two places, in the one that does not have its default. */
  private static void refuseSame(Section one, String key, Section other, String otherKey) {
    if (one.isDefault(key)) {
      other.refuse(otherKey, "must differ from " + one.pathOf(key));
    } else {
      one.refuse(key, "must differ from " + other.pathOf(otherKey));
    }
  }

  private Optional<PoolSettings> pool(Section pool) {
    Duration connect = timeouts.read("connect", TIMEOUT);
    Duration idle = timeouts.read("upstream-idle", TIMEOUT);
    int idlePerEndpoint = pool.read("idle-per-endpoint", Form.count(0, 1_000_000));
    Duration maxAge = pool.read("max-age", Form.duration(Duration.ZERO));
    int requestsPerConnection = pool.read("requests-per-connection", LIMIT);
    Section dns = root.section("dns");
    List<String> servers = dns.list("servers", "name servers", Addresses.numericAddress());
    Duration timeout = dns.read("timeout", TIMEOUT);
    return pool.made(
        () ->
            new PoolSettings(
                connect,
                idle,
                idlePerEndpoint,
                maxAge,
                requestsPerConnection,
                new PoolSettings.Names(servers, timeout)));
  }

  private Optional<SplitSettings> split(Section affinitySection) {
    Section sessionSection = root.section("session");
    Section upgradeSection = root.section("upgrade");
    Optional<SplitSettings.Session> session = session(sessionSection);
    Optional<SplitSettings.Affinity> affinity = affinity(affinitySection);
    Optional<SplitSettings.Learned> learned = learned(root.section("learned"));
    Optional<SplitSettings.Upgrade> upgrade = upgrade(upgradeSection);
    List<String> sessionCookies = session.map(SplitSettings.Session::cookies).orElse(List.of());
    String affinityCookie = affinity.map(SplitSettings.Affinity::cookie).orElse("");
    String upgradeCookie = upgrade.map(SplitSettings.Upgrade::cookie).orElse("");
    if (sessionCookies.contains(affinityCookie)) {
      refuseSame(affinitySection, "cookie", sessionSection, "cookies");
    }
    if (sessionCookies.contains(upgradeCookie)) {
      refuseSame(upgradeSection, "cookie", sessionSection, "cookies");
    }
    if (!upgradeCookie.isEmpty() && upgradeCookie.equals(affinityCookie)) {
      refuseSame(upgradeSection, "cookie", affinitySection, "cookie");
    }
    return root.made(
        () ->
            new SplitSettings(
                session.orElseThrow(),
                affinity.orElseThrow(),
                upgrade.orElseThrow(),
                learned.orElseThrow()));
  }

  private static Optional<SplitSettings.Session> session(Section session) {
    List<String> cookies =
        session.nonEmptyList("cookies", "cookies' names", HttpWords.cookieName());
    SessionHash hash = session.read("hash", Form.oneOf(SessionHash.class));
    String salt = session.read("salt", Form.text());
    Anonymous anonymous = session.read("anonymous", Form.oneOf(Anonymous.class));
    return session.made(
        () -> new SplitSettings.Session(cookies, hash, salt, anonymous), "salt", "hash");
  }

  private static Optional<SplitSettings.Affinity> affinity(Section affinity) {
    String cookie = affinity.read("cookie", HttpWords.cookieName());
    Policy policy = affinity.read("policy", Form.oneOf(Policy.class));
    Duration maxAge = affinity.read("max-age", SECONDS);
    String path = affinity.read("path", HttpWords.path());
    String domain = affinity.optional("domain", HttpWords.domain());
    SplitSettings.SameSite sameSite =
        affinity.read("same-site", Form.oneOf(SplitSettings.SameSite.class));
    SplitSettings.Secure secure = affinity.read("secure", Form.oneOf(SplitSettings.Secure.class));
    boolean httpOnly = affinity.read("http-only", Form.onOff());
    return affinity.made(
        () ->
            new SplitSettings.Affinity(
                cookie, policy, maxAge, path, domain, sameSite, secure, httpOnly),
        "secure",
        "same-site");
  }

  private static Optional<SplitSettings.Learned> learned(Section learned) {
    int size = learned.read("size", Form.count(0, 100_000_000));
    Duration expiry = learned.read("expiry", SECONDS);
    return learned.made(() -> new SplitSettings.Learned(size, expiry));
  }

  private Optional<SplitSettings.Upgrade> upgrade(Section upgrade) {
    String cookie = upgrade.read("cookie", HttpWords.cookieName());
    String token = upgrade.optional("token-file", files.upgradeToken());
    SplitSettings.AfterRollback afterRollback =
        upgrade.read("after-rollback", Form.oneOf(SplitSettings.AfterRollback.class));
    boolean pages = upgrade.read("pages", Form.onOff());
    String enablePath = upgrade.read("enable-path", HttpWords.path());
    String disablePath = upgrade.read("disable-path", HttpWords.path());
    return upgrade.made(
        () ->
            new SplitSettings.Upgrade(cookie, token, pages, enablePath, disablePath, afterRollback),
        "disable-path",
        "enable-path");
  }

  private Optional<Rule> rule(Section entry, int place) {
    String name = entry.optional("name", HttpWords.ruleName());
    String path = entry.optional("path", HttpWords.rulePath());
    String pathPrefix = entry.optional("path-prefix", HttpWords.rulePath());
    String pathRegex = entry.optional("path-regex", Form.regex());
    String method = entry.optional("method", HttpWords.token("a method such as GET"));
    String host = entry.optional("host", Addresses.host());
    Optional<Rule.HeaderCondition> header =
        Optional.ofNullable(entry.optionalSection("header"))
            .flatMap(SettingsReader::headerCondition);
    String client = entry.optional("client", Addresses.network());
    Side side = entry.optional("side", Form.oneOf(Side.class, Side::label));
    Long maxBody = entry.optional("max-body", Form.size(0, 1024 * TEBIBYTE));
    entry.require("side");
    if (side == null) {
      return Optional.empty();
    }
    return entry.made(
        () -> {
          Rule rule =
              new Rule(
                  name != null ? name : "rule-" + (place + 1),
                  path,
                  pathPrefix,
                  pathRegex,
                  method,
                  host,
                  header.orElse(null),
                  client,
                  side,
                  maxBody);
          // The table is the judge of what it can match; asked now, it names the rule's line.
          return new RuleTable(List.of(rule)).rules().get(0);
        });
  }

  private static Optional<Rule.HeaderCondition> headerCondition(Section header) {
    String name = header.optional("name", HttpWords.token("a field's name"));
    String value = header.optional("value", HttpWords.fieldValue());
    String regex = header.optional("regex", Form.regex());
    Boolean present = header.optional("present", Form.onOff());
    header.require("name");
    if (name == null) {
      return Optional.empty();
    }
    return header.made(() -> new Rule.HeaderCondition(name, value, regex, present));
  }

  private Optional<ForwardSettings> forward() {
    Duration firstByte = timeouts.read("first-byte", TIMEOUT);
    Duration betweenBytes = timeouts.read("between-bytes", TIMEOUT);
    List<String> trustedProxies = root.list("trusted-proxies", "networks", Addresses.network());
    DebugHeaders debugHeaders = root.read("debug-headers", Form.oneOf(DebugHeaders.class));
    long maxBody = limits.read("body", Form.size(0, 1024 * TEBIBYTE));
    Duration retryAfter = root.read("retry-after", SECONDS);
    OwnPages pages = pages(root.section("pages"));
    ForwardSettings.Trace trace = trace(root.section("trace"));
    return root.made(
        () ->
            new ForwardSettings(
                firstByte,
                betweenBytes,
                trustedProxies,
                debugHeaders,
                maxBody,
                retryAfter,
                pages,
                trace));
  }

  private static ForwardSettings.Trace trace(Section trace) {
    return new ForwardSettings.Trace(
        trace.read("make", Form.onOff()), trace.read("sampled", Form.percent()));
  }

  private OwnPages pages(Section pages) {
    return new OwnPages(
        pages.optional("maintenance", files.page()),
        pages.optional("frozen", files.page()),
        pages.optional("unavailable", files.page()),
        pages.optional("broken", files.page()),
        pages.optional("error", files.page()));
  }

  private Optional<AccessLogSettings> accessLog(Section accessLog) {
    Path file = accessLog.optional("file", files.log());
    AccessLogSettings.Format format =
        accessLog.read("format", Form.oneOf(AccessLogSettings.Format.class));
    int sample = accessLog.read("sample", Form.percent());
    boolean errors = accessLog.read("errors", Form.onOff());
    boolean query = accessLog.read("query", Form.onOff());
    int queue =
        accessLog.read("queue", Form.intSize(AccessLogSettings.LEAST_QUEUE, 1024 * MEBIBYTE));
    return accessLog.made(() -> new AccessLogSettings(file, format, sample, errors, query, queue));
  }

  private Optional<StateSettings> state(Section state, int initialThreshold) {
    state.read("store", Form.oneOf(Store.class));
    Path dir = state.read("dir", files.path());
    return state.made(() -> new StateSettings(dir, initialThreshold), "dir");
  }

  /** Where the control state can be kept. */
  private enum Store {
    FILE
  }
}
