package dev.crossfade.testing;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a test has opened, closed behind it: the last first. Register one for each test. */
public final class Opened implements AfterEachCallback {
  private final List<AutoCloseable> all = new ArrayList<>();

  /** Closes it behind the test; answers the same. */
  public <T extends AutoCloseable> T add(T closeable) {
    all.add(closeable);
    return closeable;
  }

  @Override
  public void afterEach(ExtensionContext test) throws Exception {
    for (int i = all.size() - 1; i >= 0; i--) {
      all.get(i).close();
    }
  }
}
