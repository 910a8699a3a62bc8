package dev.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.crossfade.accesslog.AccessLogSettings;
import dev.crossfade.admin.AdminSettings;
import dev.crossfade.control.StateSettings;
import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.forward.OwnPages;
import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.TransportKind;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.server.ServerSettings;
import dev.crossfade.split.Anonymous;
import dev.crossfade.split.Policy;
import dev.crossfade.split.SessionHash;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.upstream.PoolSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Pins every default and every key: whoever changes one changes the product. */
class DefaultsTest {
  /** config/crossfade.conf at the top of the project. */
  private static final Path SHOWN = Path.of("../config/crossfade.conf");

  private final Settings defaults = ConfigFile.defaults();

  @Test
  void clients() {
    assertThat(defaults.transport()).isEqualTo(TransportKind.AUTO);
    assertThat(defaults.eventLoops()).isZero();
    assertThat(defaults.server())
        .isEqualTo(
            new ServerSettings(
                List.of(new ListenerSettings("0.0.0.0:8080", null, false, true)),
                new ServerSettings.Limits(8192, 32_768, 100, 0, 0, 0, 65_536, 128),
                new ServerSettings.Timeouts(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(60),
                    500,
                    Duration.ofSeconds(60)),
                Duration.ofSeconds(30)));
    assertThat(defaults.shutdownDelay()).isZero();
  }

  @Test
  void operators() {
    assertThat(defaults.admin()).isEqualTo(new AdminSettings("127.0.0.1:9900", null, null));
  }

  @Test
  void upstreams() {
    assertThat(defaults.oldUpstream())
        .isEqualTo(new UpstreamSpec(Side.OLD, List.of("127.0.0.1:8081"), null));
    assertThat(defaults.newUpstream())
        .isEqualTo(new UpstreamSpec(Side.NEW, List.of("127.0.0.1:8082"), null));
    assertThat(defaults.failover()).isTrue();
    assertThat(defaults.pool())
        .isEqualTo(new PoolSettings(Duration.ofSeconds(3), Duration.ofSeconds(60), 1024));
  }

  @Test
  void split() {
    assertThat(defaults.split())
        .isEqualTo(
            new SplitSettings(
                new SplitSettings.Session(
                    List.of("PHPSESSID"), SessionHash.XXH64, "", Anonymous.SPLIT),
                new SplitSettings.Affinity(
                    "crossfade",
                    Policy.FOLLOW,
                    Duration.ofDays(30),
                    "/",
                    null,
                    SplitSettings.SameSite.LAX,
                    SplitSettings.Secure.AUTO,
                    true),
                new SplitSettings.Upgrade(
                    "upgrade",
                    null,
                    true,
                    "/enable-upgrade.html",
                    "/disable-upgrade.html",
                    SplitSettings.AfterRollback.HONOUR),
                new SplitSettings.Learned(100_000, Duration.ofHours(24))));
    assertThat(defaults.affinityKeyFile()).isNull();
    assertThat(defaults.rules().rules()).isEmpty();
  }

  @Test
  void forwarding() {
    assertThat(defaults.forward())
        .isEqualTo(
            new ForwardSettings(
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                List.of(),
                ForwardSettings.DebugHeaders.UPGRADE,
                0,
                Duration.ofSeconds(30),
                OwnPages.NONE,
                new ForwardSettings.Trace(false, 10_000)));
  }

  @Test
  void accessLog() {
    assertThat(defaults.accessLog())
        .isEqualTo(
            new AccessLogSettings(
                null, AccessLogSettings.Format.JSON, 10_000, true, false, 1024 * 1024));
  }

  @Test
  void stateIsKeptInTheWorkingDirectory() {
    assertThat(defaults.file()).isNull();
    assertThat(defaults.state()).isEqualTo(new StateSettings(Path.of("data").toAbsolutePath(), 0));
  }

  @Test
  void theseAreAllKeys() {
    assertThat(leaves(reference()))
        .containsOnlyKeys(
            "crossfade.access-log.errors",
            "crossfade.access-log.file",
            "crossfade.access-log.format",
            "crossfade.access-log.query",
            "crossfade.access-log.queue",
            "crossfade.access-log.sample",
            "crossfade.admin.address",
            "crossfade.admin.token-file",
            "crossfade.admin.viewer-token-file",
            "crossfade.affinity.cookie",
            "crossfade.affinity.domain",
            "crossfade.affinity.http-only",
            "crossfade.affinity.key-file",
            "crossfade.affinity.max-age",
            "crossfade.affinity.path",
            "crossfade.affinity.policy",
            "crossfade.affinity.same-site",
            "crossfade.affinity.secure",
            "crossfade.debug-headers",
            "crossfade.dns.servers",
            "crossfade.dns.timeout",
            "crossfade.drain-timeout",
            "crossfade.event-loops",
            "crossfade.failover",
            "crossfade.learned.expiry",
            "crossfade.learned.size",
            "crossfade.limits.body",
            "crossfade.limits.connections",
            "crossfade.limits.connections-per-client",
            "crossfade.limits.fields",
            "crossfade.limits.head",
            "crossfade.limits.pipelined",
            "crossfade.limits.streams",
            "crossfade.limits.request-line",
            "crossfade.limits.requests-per-connection",
            "crossfade.listen",
            "crossfade.pages.broken",
            "crossfade.pages.error",
            "crossfade.pages.frozen",
            "crossfade.pages.maintenance",
            "crossfade.pages.unavailable",
            "crossfade.pool.idle-per-endpoint",
            "crossfade.pool.max-age",
            "crossfade.pool.requests-per-connection",
            "crossfade.retry-after",
            "crossfade.rules",
            "crossfade.session.anonymous",
            "crossfade.session.cookies",
            "crossfade.session.hash",
            "crossfade.session.salt",
            "crossfade.shutdown-delay",
            "crossfade.split.initial-percent",
            "crossfade.state.dir",
            "crossfade.state.store",
            "crossfade.timeouts.between-bytes",
            "crossfade.timeouts.body",
            "crossfade.timeouts.body-rate",
            "crossfade.timeouts.connect",
            "crossfade.timeouts.first-byte",
            "crossfade.timeouts.head",
            "crossfade.timeouts.keep-alive",
            "crossfade.timeouts.upstream-idle",
            "crossfade.timeouts.write",
            "crossfade.trace.make",
            "crossfade.trace.sampled",
            "crossfade.transport",
            "crossfade.trusted-proxies",
            "crossfade.upgrade.after-rollback",
            "crossfade.upgrade.cookie",
            "crossfade.upgrade.disable-path",
            "crossfade.upgrade.enable-path",
            "crossfade.upgrade.pages",
            "crossfade.upgrade.token-file",
            "crossfade.upstreams.new.balance",
            "crossfade.upstreams.new.ejection.behind-peers",
            "crossfade.upstreams.new.ejection.failures",
            "crossfade.upstreams.new.ejection.max-share",
            "crossfade.upstreams.new.ejection.max-time",
            "crossfade.upstreams.new.ejection.time",
            "crossfade.upstreams.new.endpoints",
            "crossfade.upstreams.new.host",
            "crossfade.upstreams.new.limits.connections",
            "crossfade.upstreams.new.limits.requests",
            "crossfade.upstreams.new.limits.waiting",
            "crossfade.upstreams.new.limits.waiting-time",
            "crossfade.upstreams.new.probe",
            "crossfade.upstreams.new.proxy-protocol",
            "crossfade.upstreams.new.slow-start",
            "crossfade.upstreams.new.tls",
            "crossfade.upstreams.old.balance",
            "crossfade.upstreams.old.ejection.behind-peers",
            "crossfade.upstreams.old.ejection.failures",
            "crossfade.upstreams.old.ejection.max-share",
            "crossfade.upstreams.old.ejection.max-time",
            "crossfade.upstreams.old.ejection.time",
            "crossfade.upstreams.old.endpoints",
            "crossfade.upstreams.old.host",
            "crossfade.upstreams.old.limits.connections",
            "crossfade.upstreams.old.limits.requests",
            "crossfade.upstreams.old.limits.waiting",
            "crossfade.upstreams.old.limits.waiting-time",
            "crossfade.upstreams.old.probe",
            "crossfade.upstreams.old.proxy-protocol",
            "crossfade.upstreams.old.slow-start",
            "crossfade.upstreams.old.tls");
  }

  @Test
  void theShownFileHasEveryKeyWithItsDefault() {
    assertThat(leaves(ConfigFactory.parseFile(SHOWN.toFile()))).isEqualTo(leaves(reference()));
  }

  @Test
  void theShownFileIsAcceptedAndMeansTheDefaults() throws ConfigProblems {
    Settings shown = ConfigFile.load(SHOWN);

    assertThat(shown.state().dir()).isEqualTo(Path.of("../config/data").toAbsolutePath());
    assertThat(shown)
        .usingRecursiveComparison()
        .ignoringFields("file", "state.dir")
        .isEqualTo(defaults);
  }

  private static Config reference() {
    return ConfigFactory.parseResources(ConfigFile.class.getClassLoader(), "reference.conf");
  }

  private static Map<String, Object> leaves(Config config) {
    Map<String, Object> leaves = new TreeMap<>();
    collect("", config.root(), leaves);
    return leaves;
  }

  private static void collect(String path, ConfigObject section, Map<String, Object> leaves) {
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      if (entry.getValue() instanceof ConfigObject below) {
        collect(key, below, leaves);
      } else {
        leaves.put(key, entry.getValue().render(ConfigRenderOptions.concise()));
      }
    }
  }
}
