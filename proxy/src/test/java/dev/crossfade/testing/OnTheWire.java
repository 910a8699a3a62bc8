package dev.crossfade.testing;

import dev.crossfade.split.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test on the wire stands on: origins, proxies in front of them and clients, all closed
 * behind the test. Register one for each test; origins are fields that come behind it.
 */
public final class OnTheWire implements AfterEachCallback {
  /** The line for the transport that tests are run on, of several one after the other. */
  public static final String TRANSPORT =
      "transport = "
          + System.getProperty("crossfade.test.transport", "NIO").toLowerCase(Locale.ROOT);

  private final Opened opened = new Opened();
  private final List<String> always = new ArrayList<>();
  private final Supplier<Path> folder;

  /**
   * Nothing is started yet.
   *
   * @param folder for configuration and state; asked for when a proxy is started
   * @param always lines of every proxy's configuration
   */
  public OnTheWire(Supplier<Path> folder, String... always) {
    this.folder = folder;
    this.always.addAll(List.of(always));
  }

  /** Its proxies wait for origins as long as a test wants, on the transport that tests run on. */
  public static OnTheWire withSilentOrigins(Supplier<Path> folder) {
    return new OnTheWire(
        folder, TRANSPORT, "timeouts.first-byte = 1h", "timeouts.between-bytes = 1h");
  }

  /** Starts the one origin of a side, which answers with that side's name. */
  public RecordingOrigin origin(Side side) {
    try {
      RecordingOrigin origin = opened.add(RecordingOrigin.start(side.label()));
      always.add(RunningProxyFixture.endpoints(side, origin));
      return origin;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a proxy before the origins there are. */
  public RunningProxyFixture proxy(String... lines) throws Exception {
    return opened.add(RunningProxyFixture.start(folder.get(), lines(lines)));
  }

  /** The lines of a proxy's configuration: those of every proxy, and these. */
  public String[] lines(String... lines) {
    return Stream.concat(always.stream(), Stream.of(lines)).toArray(String[]::new);
  }

  /** A client with cookies. */
  public PlainHttpClient client(RunningProxyFixture proxy) {
    return opened.add(proxy.client());
  }

  /** A client that writes bytes of its own. */
  public WireClient connect(RunningProxyFixture proxy) throws IOException {
    return opened.add(WireClient.to(proxy.port()));
  }

  /** Closes it behind the test; answers the same. */
  public <T extends AutoCloseable> T add(T closeable) {
    return opened.add(closeable);
  }

  @Override
  public void afterEach(ExtensionContext test) throws Exception {
    opened.afterEach(test);
  }
}
