package dev.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crossfade.admin.AdminSettings;
import dev.crossfade.forward.ForwardSettings.DebugHeaders;
import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.TransportKind;
import dev.crossfade.route.Rule;
import dev.crossfade.server.ServerSettings;
import dev.crossfade.split.Anonymous;
import dev.crossfade.split.Policy;
import dev.crossfade.split.SessionHash;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  @TempDir private Path dir;
  private ConfigFolder folder;

  @BeforeEach
  void setUp() {
    folder = new ConfigFolder(dir);
  }

  private Settings read(String text) throws ConfigProblems {
    return folder.read(text).settings();
  }

  @Test
  void whatTheFileLeavesOutHasItsDefault() throws ConfigProblems {
    Settings settings = read("crossfade.session.hash = nginx");

    assertThat(settings.split().session().hash()).isEqualTo(SessionHash.NGINX);
    assertThat(settings.split().session().cookies()).containsExactly("PHPSESSID");
    assertThat(settings.file()).isEqualTo(folder.path("crossfade.conf"));
  }

  @Test
  void aPageIsReadByteByByteUpToOneMebibyte() throws Exception {
    Files.writeString(folder.path("page.html"), "ä".repeat(512 * 1024));
    assertThat(read("crossfade.pages.error = page.html").forward().pages().error())
        .isEqualTo(Files.readAllBytes(folder.path("page.html")));
    Files.writeString(folder.path("page.html"), "ä".repeat(512 * 1024) + "a");
    assertThatThrownBy(() -> read("crossfade.pages.error = page.html"))
        .isInstanceOf(ConfigProblems.class)
        .hasMessageContaining("pages.error: " + folder.path("page.html") + " is larger than 1 MiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "{}", "crossfade {}", "\uFEFFcrossfade {}"})
  void aFileThatSaysNothingMeansTheDefaults(String text) throws ConfigProblems {
    assertThat(read(text))
        .usingRecursiveComparison()
        .ignoringFields("file", "state.dir")
        .isEqualTo(ConfigFile.defaults());
  }

  @Test
  void listeners() throws ConfigProblems {
    Settings settings =
        read(
            """
            crossfade.listen = [
              { address = "[::1]:8080", proxy-protocol = on }
              { address = "unix:/run/crossfade.sock", tls = null }
              { address = "shop.example:443", tls { certificate = server.pem, key = server.key } }
              { address = "0.0.0.0:8443", tls { certificate = rsa.pem, key = rsa.key }, http2 = off }
            ]
            """);

    assertThat(settings.server().listeners())
        .containsExactly(
            new ListenerSettings("[::1]:8080", null, true, true),
            new ListenerSettings("unix:/run/crossfade.sock", null, false, true),
            new ListenerSettings(
                "shop.example:443",
                new ListenerSettings.Tls(folder.path("server.pem"), folder.path("server.key")),
                false,
                true),
            new ListenerSettings(
                "0.0.0.0:8443",
                new ListenerSettings.Tls(folder.path("rsa.pem"), folder.path("rsa.key")),
                false,
                false));
  }

  @Test
  void unixSocketsDifferByLetterCase() throws ConfigProblems {
    assertThat(
            read("crossfade.listen = [{ address = \"unix:/run/A\" }, { address = \"unix:/run/a\""
                    + " }]")
                .server()
                .listeners())
        .hasSize(2);
  }

  @Test
  void limitsAndTimeouts() throws ConfigProblems {
    Settings settings =
        read(
            """
            crossfade {
              limits {
                request-line = 4k, head = 1 MiB, fields = 5, body = 2 GiB
                requests-per-connection = 6, connections = 7, connections-per-client = 8, pipelined = 9000
                streams = 9
              }
              timeouts {
                head = 1s, keep-alive = 2 minutes, body = 3h, body-rate = 4KiB, write = 5ms
                connect = 0.5s, first-byte = 7s, between-bytes = 8s, upstream-idle = 9s
              }
              pool.idle-per-endpoint = 0
              drain-timeout = 0s
              retry-after = 1 day
            }
            """);

    assertThat(settings.server().limits())
        .isEqualTo(new ServerSettings.Limits(4096, 1_048_576, 5, 6, 7, 8, 9000, 9));
    assertThat(settings.server().timeouts())
        .isEqualTo(
            new ServerSettings.Timeouts(
                Duration.ofSeconds(1),
                Duration.ofMinutes(2),
                Duration.ofHours(3),
                4096,
                Duration.ofMillis(5)));
    assertThat(settings.server().drainTimeout()).isZero();
    assertThat(settings.pool().connectTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.pool().idleTimeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(settings.pool().idlePerEndpoint()).isZero();
    assertThat(settings.forward().firstByteTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.forward().betweenBytesTimeout()).isEqualTo(Duration.ofSeconds(8));
    assertThat(settings.forward().maxBody()).isEqualTo(2L << 30);
    assertThat(settings.forward().retryAfter()).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void whoGoesWhere() throws ConfigProblems {
    Settings settings =
        read(
            """
            crossfade {
              transport = io_uring
              event-loops = 3
              session { cookies = ["JSESSIONID", "PHPSESSID"], salt = "pépper #1", anonymous = address }
              affinity {
                cookie = xf, policy = ratchet, max-age = 90 days, path = "/shop", domain = .shop.example
                same-site = none, secure = always, http-only = no, key-file = two-keys.hex
              }
              learned { size = 0, expiry = 1h }
              upgrade {
                cookie = beta, token-file = token, after-rollback = ignore, pages = false
                enable-path = "/on", disable-path = "/off"
              }
              failover = off
              debug-headers = always
              trusted-proxies = ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1"]
            }
            """);

    assertThat(settings.transport()).isEqualTo(TransportKind.IO_URING);
    assertThat(settings.eventLoops()).isEqualTo(3);
    assertThat(settings.split())
        .isEqualTo(
            new SplitSettings(
                new SplitSettings.Session(
                    List.of("JSESSIONID", "PHPSESSID"),
                    SessionHash.XXH64,
                    "pépper #1",
                    Anonymous.ADDRESS),
                new SplitSettings.Affinity(
                    "xf",
                    Policy.RATCHET,
                    Duration.ofDays(90),
                    "/shop",
                    ".shop.example",
                    SplitSettings.SameSite.NONE,
                    SplitSettings.Secure.ALWAYS,
                    false),
                new SplitSettings.Upgrade(
                    "beta",
                    "correct-horse-battery-staple",
                    false,
                    "/on",
                    "/off",
                    SplitSettings.AfterRollback.IGNORE),
                new SplitSettings.Learned(0, Duration.ofHours(1))));
    assertThat(settings.affinityKeyFile()).isEqualTo(folder.path("two-keys.hex"));
    assertThat(settings.failover()).isFalse();
    assertThat(settings.forward().debugHeaders()).isEqualTo(DebugHeaders.ALWAYS);
    assertThat(settings.forward().trustedProxies())
        .containsExactly("10.0.0.0/8", "2001:db8::/32", "192.0.2.1");
  }

  @Test
  void rulesWithoutANameAreNamedByTheirPlace() throws ConfigProblems {
    Settings settings =
        read(
            """
            crossfade.rules = [
              { name = all, path = "/a", path-prefix = "/a", path-regex = "^/a$", method = GET
                host = a.example, header { name = X-A, value = b }, client = "10.0.0.0/8", side = old }
              { header { name = X-A, regex = "^b+$" }, side = ${SIDE}, max-body = 2MiB }
            ]
            """);

    assertThat(settings.rules().rules())
        .containsExactly(
            new Rule(
                "all",
                "/a",
                "/a",
                "^/a$",
                "GET",
                "a.example",
                new Rule.HeaderCondition("X-A", "b", null),
                "10.0.0.0/8",
                Side.OLD),
            new Rule(
                "rule-2",
                null,
                null,
                null,
                null,
                null,
                new Rule.HeaderCondition("X-A", null, "^b+$"),
                null,
                Side.NEW,
                2L * 1024 * 1024));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "100, 10000",
    "33.33, 3333",
    "0.01, 1",
    "12.50, 1250",
    "1.5e1, 1500",
    "'\"7\"', 700",
    "12.5%, 1250",
    "0.29, 29",
    "1.15, 115",
    "99.99, 9999",
    "100.00, 10000"
  })
  void aPercentageIsExact(String written, int threshold) throws ConfigProblems {
    assertThat(read("crossfade.split.initial-percent = " + written).state().initialThreshold())
        .isEqualTo(threshold);
  }

  @Test
  void everyHundredthOfAPercentIsAThreshold() throws Unfit {
    for (int threshold = 0; threshold <= 10_000; threshold++) {
      String written = threshold / 100 + "." + String.format("%02d", threshold % 100);
      assertThat(Form.percent().parser().parse(written)).isEqualTo(threshold);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:1",
        "[::1]:65535",
        "[2001:db8::1]:80",
        "localhost:80",
        "app_1.internal:80"
      })
  void endpointsByAddressAndName(String endpoint) throws ConfigProblems {
    assertThat(
            read("crossfade.upstreams.new { endpoints = [\"" + endpoint + "\"], host = a.example }")
                .newUpstream()
                .endpoints())
        .containsExactly(endpoint);
  }

  @Test
  void endpointsCanBeAddedTo() throws ConfigProblems {
    assertThat(
            read("""
            crossfade.upstreams.old {
              endpoints = ["127.0.0.1:1"]
              endpoints += "127.0.0.1:2"
            }
            """)
                .oldUpstream()
                .endpoints())
        .containsExactly("127.0.0.1:1", "127.0.0.1:2");
  }

  @Test
  void plainJsonIsTaken() throws ConfigProblems {
    assertThat(
            read("""
            {"crossfade": {"split": {"initial-percent": 12.5}, "upgrade": {"pages": false}}}
            """)
                .state()
                .initialThreshold())
        .isEqualTo(1250);
  }

  @Test
  void windowsLineEndsAreTaken() throws ConfigProblems {
    Settings settings =
        read("crossfade {\r\n  session.hash = nginx\r\n  affinity.key-file = windows.hex\r\n}\r\n");

    assertThat(settings.split().session().hash()).isEqualTo(SessionHash.NGINX);
  }

  @Test
  void variablesComeFromTheEnvironment() throws ConfigProblems {
    Settings settings =
        read(
            """
            crossfade {
              state.dir = ${STATE}/crossfade
              session.salt = ${EMPTY}
              affinity.cookie = kept
              affinity.cookie = ${?NOWHERE}
            }
            """);

    assertThat(settings.state().dir()).isEqualTo(Path.of("/var/lib/state/crossfade"));
    assertThat(settings.split().session().salt()).isEmpty();
    assertThat(settings.split().affinity().cookie()).isEqualTo("kept");
  }

  @Test
  void systemPropertiesChangeNothing() throws ConfigProblems {
    System.setProperty("crossfade.split.initial-percent", "55");
    try {
      assertThat(read("crossfade.failover = off").state().initialThreshold()).isZero();
      assertThatThrownBy(() -> read("crossfade.session.salt = ${user.home}"))
          .isInstanceOf(ConfigProblems.class)
          .hasMessageEndingWith("crossfade.session.salt: the variable user.home is not set");
    } finally {
      System.clearProperty("crossfade.split.initial-percent");
    }
  }

  @Test
  void relativePathsStartFromTheFilesOwnFolder() throws ConfigProblems {
    Settings settings =
        read(
            """
            crossfade {
              admin { address = "0.0.0.0:9900", token-file = token, viewer-token-file = never }
              state.dir = var/state
            }
            """);

    assertThat(settings.admin())
        .isEqualTo(new AdminSettings("0.0.0.0:9900", folder.path("token"), folder.path("never")));
    assertThat(settings.state().dir()).isEqualTo(folder.path("var/state"));
  }

  @Test
  void aProblemInAnIncludedFileNamesThatFile() throws IOException {
    Files.writeString(folder.path("split.conf"), "\ncrossfade.split.initial-percent = many\n");

    assertThatThrownBy(() -> read("include \"split.conf\"\ncrossfade.failover = off\n"))
        .hasMessageStartingWith(
            folder.path("split.conf") + ":2: crossfade.split.initial-percent: ");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> ConfigFile.load(folder.path("missing.conf")))
        .isInstanceOf(ConfigProblems.class)
        .hasMessage(folder.path("missing.conf") + ": there is no such file");
  }

  @Test
  void aFolderIsRefused() {
    assertThatThrownBy(() -> ConfigFile.load(dir)).hasMessage(dir + ": is no regular file");
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    Path file = folder.path("crossfade.conf");
    Files.write(file, "crossfade.session.salt = pépper".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> ConfigFile.load(file)).hasMessage(file + ": is no text in UTF-8");
  }

  @Test
  void aProblemTellsFileLineKeyAndText() {
    assertThatThrownBy(() -> read("\ncrossfade.failover = both"))
        .isInstanceOfSatisfying(
            ConfigProblems.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactly(
                        new Problem(
                            folder.path("crossfade.conf").toString(),
                            2,
                            "crossfade.failover",
                            "expected new-to-old or off, found \"both\"")));
  }

  @Test
  void aSecretIsNeverInAMessage() {
    for (String file :
        List.of("with-blank", "umlaut", "two-lines", "semicolon", "second-bad.hex")) {
      for (String key : List.of("admin.token-file", "upgrade.token-file", "affinity.key-file")) {
        String text = "crossfade." + key + " = " + file;
        try {
          read(text);
        } catch (ConfigProblems refused) {
          assertThat(refused.getMessage())
              .doesNotContain("with blank", "ässword", "one\n", "a;b", "nonsense");
        }
      }
    }
  }
}
