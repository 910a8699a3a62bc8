package dev.crossfade.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The installed Chromium, one for each class of tests; register it as a static extension. Every
 * page has a fresh profile. Behind each test it fails if a page had an error of script, broke its
 * content security policy, or asked for anything that is not on this machine.
 */
public final class Chromium implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private static final String EXECUTABLE =
      System.getProperty("crossfade.test.chromium", "/usr/bin/chromium");
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 900;

  /** Patience with a page on a machine that has other work. */
  private static final double PATIENCE_MILLIS = 20_000;

  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
  private final List<BrowserContext> contexts = new ArrayList<>();
  private Playwright playwright;
  private Browser browser;

  @Override
  public void beforeAll(ExtensionContext tests) {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of(EXECUTABLE))
                    .setArgs(ARGUMENTS));
  }

  /** An empty page, light and of a desk's width. */
  public Page page() {
    return page(ColorScheme.LIGHT, WIDTH, HEIGHT);
  }

  /** An empty page of a browser that runs no scripts. */
  public Page withoutScripts() {
    return page(options(ColorScheme.LIGHT, WIDTH, HEIGHT).setJavaScriptEnabled(false));
  }

  /** An empty page of a browser that is touched. */
  public Page touched() {
    return page(options(ColorScheme.LIGHT, WIDTH, HEIGHT).setHasTouch(true));
  }

  /** An empty page. */
  public Page page(ColorScheme scheme, int width, int height) {
    return page(options(scheme, width, height));
  }

  private static Browser.NewContextOptions options(ColorScheme scheme, int width, int height) {
    return new Browser.NewContextOptions()
        .setColorScheme(scheme)
        .setViewportSize(width, height)
        .setLocale("en-GB");
  }

  private Page page(Browser.NewContextOptions options) {
    BrowserContext context = browser.newContext(options);
    contexts.add(context);
    context.setDefaultTimeout(PATIENCE_MILLIS);
    Page page = context.newPage();
    page.onPageError(error -> faults.add("error of script: " + error));
    page.onConsoleMessage(this::noteFault);
    page.onRequest(
        request -> {
          if (!isLocal(request.url())) {
            faults.add("asked for " + request.url());
          }
        });
    return page;
  }

  /** That a call was refused or a server was away is told on the console too, and is no fault. */
  private void noteFault(ConsoleMessage message) {
    if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
      faults.add(message.text());
    }
  }

  private static boolean isLocal(String url) {
    URI uri = URI.create(url);
    return !Objects.requireNonNullElse(uri.getScheme(), "").startsWith("http")
        || "127.0.0.1".equals(uri.getHost());
  }

  /** What axe-core finds serious or critical in a page: rule, and where. */
  public static List<String> seriousProblems(Page page) throws IOException {
    page.evaluate(axe());
    @SuppressWarnings("unchecked")
    List<String> found =
        (List<String>)
            page.evaluate(
                """
                async () => (await axe.run()).violations
                  .filter(rule => rule.impact === 'serious' || rule.impact === 'critical')
                  .flatMap(rule => rule.nodes.map(node =>
                    rule.id + ' ' + node.target.join(' ') + ': ' + node.failureSummary))
                """);
    return found;
  }

  private static String axe() throws IOException {
    try (var script = Chromium.class.getResourceAsStream("axe/axe.min.js")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void afterEach(ExtensionContext test) {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    List<String> found = List.copyOf(faults);
    faults.clear();
    assertThat(found).as("faults of the pages").isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    if (playwright != null) {
      playwright.close();
    }
  }
}
