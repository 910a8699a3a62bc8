package dev.crossfade.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page for people: files of the jar, held in memory. They hold no secret and need no token;
 * what they show comes from the API.
 */
final class AdminPage {
  private static final List<String> FILES =
      List.of(
          "icon.svg",
          "page.css",
          "api.js",
          "charts.js",
          "dom.js",
          "endpoints.js",
          "explain.js",
          "glance.js",
          "history.js",
          "main.js",
          "maintenance.js",
          "numbers.js",
          "proposal.js",
          "rollback.js",
          "said.js",
          "share.js",
          "sse.js",
          "state.js",
          "stream.js",
          "token.js",
          "troubles.js",
          "words.js",
          "uplot/uPlot.iife.min.js",
          "uplot/uPlot.min.css");

  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  /** Nothing but files of this server, and no script or style within the page. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " frame-ancestors 'none'; base-uri 'none'; form-action 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final Map<String, Answer> byPath = new LinkedHashMap<>();

  AdminPage() {
    byPath.put("/", file("index.html"));
    FILES.forEach(name -> byPath.put("/page/" + name, file(name)));
  }

  /** Where its files are. */
  Iterable<String> paths() {
    return byPath.keySet();
  }

  /** The file at the request's path, or word that the client's copy is good. */
  Answer answer(AdminRequest request) {
    Answer file = file(request);
    String tag = file.headers().get("ETag");
    for (String known : request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH)) {
      if (known.equals("*") || (tag != null && known.contains(tag))) {
        return new Answer(304, file.contentType(), new byte[0], file.headers());
      }
    }
    return file;
  }

  private Answer file(AdminRequest request) {
    Answer file = byPath.get(request.path());
    if (file == null) {
      throw new IllegalArgumentException("There is no " + request.path() + " in the page.");
    }
    return file;
  }

  private static Answer file(String name) {
    byte[] bytes = read(name);
    String type = CONTENT_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException(name + " is of an unknown type.");
    }
    // Asked for anew each time, so that a page never runs on files of two versions.
    return new Answer(200, type, bytes, Map.of())
        .with("ETag", '"' + digest(bytes) + '"')
        .with("Cache-Control", "no-cache")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Content-Security-Policy", POLICY);
  }

  private static byte[] read(String name) {
    try (@Nullable InputStream file = AdminPage.class.getResourceAsStream("page/" + name)) {
      if (file == null) {
        throw new IllegalStateException("page/" + name + " is missing from the jar.");
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
