package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.Opened;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AdminPageTest {
  private static final Path FILES = Path.of("src/main/resources/dev/crossfade/admin/page");

  /** What is in the folder for developers alone. */
  private static final Set<String> NOT_SERVED = Set.of("README.md", "LICENSE");

  @TempDir Path folder;
  @RegisterExtension final Opened opened = new Opened();
  private AdminFixture admin;

  @BeforeEach
  void start() throws Exception {
    admin = opened.add(new AdminFixture(folder.resolve("state")));
  }

  /** The paths of all files of the page, as they are in the sources. */
  private static List<String> paths() throws IOException {
    List<String> paths = new ArrayList<>();
    try (Stream<Path> files = Files.walk(FILES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = FILES.relativize(file).toString();
        if (name.equals("index.html")) {
          paths.add("/");
        } else if (!NOT_SERVED.contains(file.getFileName().toString())) {
          paths.add("/page/" + name);
        }
      }
    }
    return paths;
  }

  @Test
  void everyFileIsServedWithItsTypeAndTheStrictPolicy() throws Exception {
    assertThat(paths()).contains("/", "/page/main.js", "/page/page.css", "/page/icon.svg");
    for (String path : paths()) {
      HttpResponse<String> file = admin.get(path);
      assertThat(file.statusCode()).as(path).isEqualTo(200);
      assertThat(file.headers().firstValue("Content-Type").orElse(""))
          .as(path)
          .startsWith(
              path.equals("/")
                  ? "text/html"
                  : path.endsWith(".js")
                      ? "text/javascript"
                      : path.endsWith(".css") ? "text/css" : "image/svg+xml");
      assertThat(file.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(file.headers().firstValue("Content-Security-Policy").orElse(""))
          .as(path)
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "http", "*");
    }
  }

  @Test
  void everyFileHasATagAndIsNotSentTwice() throws Exception {
    for (String path : paths()) {
      HttpResponse<String> file = admin.get(path);
      String tag = file.headers().firstValue("ETag").orElseThrow();
      assertThat(tag).matches("\"[0-9a-f]{32}\"");
      assertThat(file.headers().firstValue("Cache-Control")).hasValue("no-cache");
      HttpResponse<String> again = admin.get(path, "If-None-Match", "\"other\", W/" + tag);
      assertThat(again.statusCode()).as(path).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(again.headers().firstValue("ETag")).hasValue(tag);
      assertThat(admin.get(path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aConnectionGoesOnBehindA304() throws Exception {
    String tag = admin.get("/").headers().firstValue("ETag").orElseThrow();
    String ask = "GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + tag + "\r\n\r\n";
    assertThat(admin.raw(ask + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 304 ")
        .contains("HTTP/1.1 200 OK", "{\"status\":\"ok\"}");
  }

  @Test
  void headTellsTheLengthAndOtherMethodsAreRefused() throws Exception {
    for (String path : paths()) {
      HttpResponse<String> head = admin.call("HEAD", path, null);
      assertThat(head.statusCode()).as(path).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isPositive();
      HttpResponse<String> post = admin.call("POST", path, "");
      assertThat(post.statusCode()).as(path).isEqualTo(405);
      assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void whatIsNoFileOfThePageIsNotThere() throws Exception {
    for (String path :
        List.of(
            "/page",
            "/page/",
            "/page/index.html",
            "/page/nope.js",
            "/page/uplot/LICENSE",
            "/page/../openapi.json",
            "/page/%2e%2e/openapi.json",
            "/index.html")) {
      assertThat(admin.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .as(path)
          .startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void thePageNeedsNoTokenButWhatItShowsDoes() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "secret");
    AdminSettings settings = new AdminSettings("127.0.0.1:0", token, null);
    AdminFixture other = opened.add(new AdminFixture(folder.resolve("other"), settings));
    for (String path : paths()) {
      assertThat(other.get(path, "Host", "proxy.example").statusCode()).isEqualTo(200);
    }
    for (String path : List.of("/split", "/events", "/upstreams", "/history", "/explain")) {
      assertThat(other.open(path).statusCode()).as(path).isEqualTo(401);
    }
  }

  @Test
  void onTheLoopbackThePageIsNotForOtherHosts() throws Exception {
    for (String path : paths()) {
      assertThat(admin.get(path, "Host", "evil.example").statusCode()).as(path).isEqualTo(403);
      assertThat(admin.get(path, "Origin", "http://evil.example").statusCode()).isEqualTo(403);
    }
  }

  /** The name of SVG's vocabulary is no address that is asked for. */
  @Test
  void noFileNamesAnAddressElsewhere() throws Exception {
    Pattern address = Pattern.compile("(?:[a-z]+:)?//[a-z0-9-]+\\.[a-z0-9.-]+|@import|url\\(");
    for (String path : paths()) {
      Set<String> found = new TreeSet<>();
      Matcher matcher = address.matcher(admin.get(path).body());
      while (matcher.find()) {
        found.add(matcher.group());
      }
      found.remove("http://www.w3.org");
      if (path.startsWith("/page/uplot/")) {
        found.remove("https://github.com"); // in the comment that names its author
      }
      assertThat(found).as(path).isEmpty();
    }
  }

  @Test
  void thePageHasNoScriptOrStyleWithin() {
    String page = admin.get("/").body();
    assertThat(page)
        .doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=|javascript:")
        .doesNotContainPattern("<script(?![^>]*\\ssrc=)");
  }

  /** Every id that a script asks for is in the page, so that none is forgotten in a change. */
  @Test
  void scriptsAndPageAgreeAboutIds() throws Exception {
    String page = admin.get("/").body();
    for (String path : paths()) {
      if (path.endsWith(".js") && !path.contains("/uplot/")) {
        Matcher asked = Pattern.compile("byId\\('([^']+)'\\)").matcher(admin.get(path).body());
        while (asked.find()) {
          assertThat(page).as(path).contains("id=\"" + asked.group(1) + "\"");
        }
      }
    }
  }
}
