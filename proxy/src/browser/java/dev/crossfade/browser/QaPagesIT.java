package dev.crossfade.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import dev.crossfade.testing.Opened;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The pages of those who test the new version, and those of errors, in a browser without scripts.
 */
class QaPagesIT {
  private static final String ENABLE = "/enable-upgrade.html";
  private static final int PHONE_WIDTH = 360;
  private static final int PHONE_HEIGHT = 740;

  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  @TempDir Path folder;
  @RegisterExtension final Opened opened = new Opened();

  private RunningShops shops(String... lines) throws Exception {
    return opened.add(new RunningShops(folder, lines));
  }

  private RunningShops shopsWithToken() throws Exception {
    Files.writeString(folder.resolve("token"), "s3cret");
    return shops("upgrade.token-file = token");
  }

  private static String version(Page page) {
    return page.locator(".banner strong").innerText();
  }

  @Test
  void aTesterGoesToNewAndBackByTheButtons() throws Exception {
    RunningShops shops = shops();
    Page page = CHROMIUM.withoutScripts();
    page.navigate(shops.shop() + "/");
    assertThat(version(page)).isEqualTo("old");
    page.getByText("see the new version").click();
    assertThat(page.locator("h1")).hasText("You are on the new version");
    page.getByText("To the site").click();
    assertThat(version(page)).isEqualTo("new");
    page.navigate(shops.shop() + ENABLE + "?look");
    page.getByText("Back to my usual version").click();
    assertThat(page.locator("h1")).hasText("You are on the old version");
    page.getByText("To the site").click();
    assertThat(version(page)).isEqualTo("old");
    page.navigate(shops.shop() + "/disable-upgrade.html");
    page.getByText("Test the new version").click();
    assertThat(page.locator("h1")).hasText("You are on the new version");
  }

  @Test
  void theTokenIsAskedForAndLeavesNoTraceInTheAddress() throws Exception {
    RunningShops shops = shopsWithToken();
    Page page = CHROMIUM.withoutScripts();
    page.navigate(shops.shop() + ENABLE);
    page.getByLabel("Token").fill("guess");
    page.getByText("Test the new version").last().click();
    assertThat(page.locator("main")).containsText("not the right token");
    page.getByLabel("Token").fill("s3cret");
    page.getByText("Test the new version").last().click();
    assertThat(page.locator("h1")).hasText("You are on the new version");
    assertThat(page).hasURL(shops.shop() + ENABLE + "?look");
    page.navigate(shops.shop() + "/");
    assertThat(version(page)).isEqualTo("new");
  }

  @Test
  void anAddressWithTheTokenIsReplacedByOneWithout() throws Exception {
    RunningShops shops = shopsWithToken();
    Page page = CHROMIUM.withoutScripts();
    page.navigate(shops.shop() + "/");
    page.navigate(shops.shop() + ENABLE + "?token=s3cret");
    page.waitForURL(shops.shop() + ENABLE + "?look");
    assertThat(page.locator("h1")).hasText("You are on the new version");
    page.goBack();
    assertThat(page).hasURL(shops.shop() + "/");
  }

  @Test
  void anImageOfThePageMovesNobody() throws Exception {
    RunningShops shops = shops();
    Page page = CHROMIUM.page();
    page.navigate(shops.shop() + "/");
    Response answer =
        page.waitForResponse(
            shops.shop() + ENABLE,
            () -> page.evaluate("url => { new Image().src = url; }", shops.shop() + ENABLE));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(page.context().cookies()).noneMatch(cookie -> cookie.name.equals("upgrade"));
    page.navigate(shops.shop() + "/");
    assertThat(version(page)).isEqualTo("old");
  }

  @ParameterizedTest
  @EnumSource(names = {"LIGHT", "DARK"})
  void thePagesHaveNoBarriersAndFitOnAPhone(ColorScheme scheme) throws Exception {
    RunningShops shops = shopsWithToken();
    Page page = CHROMIUM.page(scheme, PHONE_WIDTH, PHONE_HEIGHT);
    for (String target : List.of(ENABLE, ENABLE + "?token=x", "/disable-upgrade.html")) {
      page.navigate(shops.shop() + target);
      assertFit(page, target);
    }
    shops.stopProxy();
    RunningShops broken =
        opened.add(
            new RunningShops(
                Files.createDirectory(folder.resolve("b")),
                "upstreams.old.endpoints = [\"127.0.0.1:1\"]"));
    Response answer = Objects.requireNonNull(page.navigate(broken.shop() + "/"));
    assertThat(answer.status()).isBetween(502, 503);
    assertFit(page, "error");
  }

  private static void assertFit(Page page, String what) throws Exception {
    assertThat(page.evaluate("document.documentElement.scrollWidth"))
        .as("width of %s", what)
        .isEqualTo(PHONE_WIDTH);
    assertThat(Chromium.seriousProblems(page)).as(what).isEmpty();
  }
}
