package dev.crossfade.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crossfade.config.ConfigFile;
import dev.crossfade.config.Settings;
import dev.crossfade.net.Address;
import dev.crossfade.testing.ChildProcess;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
  private static final Demo.Ports ANY = new Demo.Ports(0, 0, 0, 0);

  private final List<Path> folders = new ArrayList<>();
  private boolean closed;
  private int port = 8080;

  private ProxyStarter.Running proxy(Path configuration) throws IOException {
    folders.add(configuration.getParent());
    Files.createDirectory(configuration.resolveSibling("data"));
    Files.writeString(configuration.resolveSibling("data/state"), "kept");
    assertThat(Files.readString(configuration)).contains("initial-percent = 10", "PHPSESSID");
    return new ProxyStarter.Running() {
      @Override
      public int port() {
        return port;
      }

      @Override
      public int adminPort() {
        return 9900;
      }

      @Override
      public void close() {
        assertThat(folders.get(0)).as("the state while the proxy still runs").exists();
        closed = true;
      }
    };
  }

  @Test
  void leavesNothingBehind() throws Exception {
    try (Demo demo = Demo.start(ANY, Demo.Traffic.NONE, this::proxy)) {
      assertThat(demo.invitation())
          .contains("http://127.0.0.1:8080/", "http://127.0.0.1:9900/rollback", "10 %");
    }
    assertThat(closed).isTrue();
    assertThat(folders.get(0)).doesNotExist();
  }

  @Test
  void anyFreePortIsOneThatAConfigurationMayName() throws Exception {
    Demo.Ports[] taken = new Demo.Ports[1];
    ProxyStarter starter =
        configuration -> {
          Settings settings = ConfigFile.load(configuration);
          String listener = settings.server().listeners().get(0).address();
          taken[0] =
              new Demo.Ports(
                  Address.parse(listener).port(),
                  Address.parse(settings.admin().address()).port(),
                  0,
                  0);
          return proxy(configuration);
        };
    Demo.start(ANY, Demo.Traffic.NONE, starter).close();
    assertThat(taken[0].port()).isPositive().isNotEqualTo(taken[0].adminPort());
    assertThat(taken[0].adminPort()).isPositive();
  }

  @Test
  void saysOfItsTrafficThatItIsMadeUp() throws Exception {
    Demo.Traffic traffic = new Demo.Traffic(40, failures -> {});
    try (Demo demo = Demo.start(ANY, Demo.Traffic.NONE, this::proxy)) {
      assertThat(demo.invitation()).doesNotContain("made-up");
    }
    folders.clear();
    port = ChildProcess.freePort();
    try (Demo demo = Demo.start(ANY, traffic, this::proxy)) {
      assertThat(demo.invitation())
          .contains("About 40 requests a second come from made-up shoppers", "Ctrl-C");
    }
  }

  @Test
  void leavesNothingBehindWhenTheProxyDoesNotStart() {
    assertThatThrownBy(
            () ->
                Demo.start(
                    ANY,
                    Demo.Traffic.NONE,
                    configuration -> {
                      folders.add(configuration.getParent());
                      throw new BindException("127.0.0.1:8080 is in use");
                    }))
        .isInstanceOf(BindException.class);
    assertThat(folders.get(0)).doesNotExist();
  }
}
