package dev.crossfade.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import dev.crossfade.testing.Opened;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ShopIT {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  @TempDir Path folder;
  @RegisterExtension final Opened opened = new Opened();

  @Test
  void aBrowserFindsTheShopThroughTheProxy() throws Exception {
    RunningShops shops = opened.add(new RunningShops(folder));
    Page page = CHROMIUM.page();
    page.navigate(shops.shop() + "/");
    assertThat(page.locator("body")).containsText("Served by the ");
  }
}
