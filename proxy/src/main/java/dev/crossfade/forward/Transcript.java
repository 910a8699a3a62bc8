package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.telemetry.RequestText.Part;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes down of a request what can be told of it once its head is gone. Cookies and credentials
 * are no part of that, wherever they stand: neither in fields, nor as user information or query of
 * a Referer or of a target that was refused.
 */
final class Transcript {
  /** {@code HTTP/1.1}. */
  private static final int VERSION_LENGTH = 8;

  private static final int LINE_END = 2;

  private Transcript() {}

  /**
   * Of a request that is served.
   *
   * @param address the client's, of trusted proxies looked through
   * @param protocol what is spoken with the client; null where the request line says so
   * @param upgrade says in which queries a secret of the proxy's own may stand
   */
  static void of(
      RequestHead head,
      ClientFacts client,
      byte[] address,
      TraceContext trace,
      byte @Nullable [] protocol,
      SplitSettings.Upgrade upgrade,
      RequestText to) {
    to.clear();
    byte[] b = head.bytes();
    client(client, address, to);
    to.keep(Part.METHOD, b, head.start(), head.methodEnd());
    target(b, head.pathStart(), head.targetEnd(), upgrade, to);
    if (protocol == null) {
      to.keep(Part.PROTOCOL, b, head.targetEnd() + 1, head.fieldsStart() - LINE_END);
    } else {
      to.keep(Part.PROTOCOL, protocol, 0, protocol.length);
    }
    if (head.hostStart() >= 0) {
      to.keep(Part.HOST, b, head.hostStart(), head.hostEnd());
    }
    FieldTable fields = head.fields();
    for (int i = 0; i < fields.count(); i++) {
      FieldName name = fields.name(i);
      if (name == FieldName.USER_AGENT) {
        first(Part.USER_AGENT, b, fields.valueStart(i), fields.valueEnd(i), to);
      } else if (name == FieldName.REFERER) {
        bare(Part.REFERER, b, fields.valueStart(i), fields.valueEnd(i), to);
      }
    }
    if (trace.idStart() >= 0) {
      int id = trace.idStart();
      to.keep(Part.TRACE, trace.idBytes(), id, id + TraceContext.ID_LENGTH);
    }
  }

  /**
   * Of a request that was refused before it was one: of its first line, as far as that has come,
   * what can be told apart. Fields are not looked at, since what refused the head may stand in
   * them; so the address is the peer's own. Nor is the query told, or a user in front of the host:
   * nobody can say any more whether it is a QA page's, with a tester's token.
   *
   * @param b what has come
   * @param length of what has come
   * @param protocol what is spoken with the client; null where the request line says so
   */
  static void ofRefused(
      byte[] b, int length, ClientFacts client, byte @Nullable [] protocol, RequestText to) {
    to.clear();
    to.keep(Part.CLIENT, client.addressText(), 0, client.addressText().length);
    int from = 0;
    while (from < length && (b[from] == '\r' || b[from] == '\n')) {
      from++;
    }
    int lineEnd = from;
    while (lineEnd < length && b[lineEnd] != '\r' && b[lineEnd] != '\n') {
      lineEnd++;
    }
    if (from == lineEnd) {
      return;
    }
    int methodEnd = blank(b, from, lineEnd);
    // Without a blank all of the line counts as the method.
    to.keep(Part.METHOD, b, from, Math.min(methodEnd, find(b, from, lineEnd, '?')));
    if (methodEnd < lineEnd) {
      int targetEnd = blank(b, methodEnd + 1, lineEnd);
      bare(Part.PATH, b, methodEnd + 1, targetEnd, to);
      if (protocol != null) {
        to.keep(Part.PROTOCOL, protocol, 0, protocol.length);
      } else if (isVersion(b, targetEnd + 1, lineEnd)) {
        to.keep(Part.PROTOCOL, b, targetEnd + 1, lineEnd);
      }
    }
  }

  private static void client(ClientFacts client, byte[] address, RequestText to) {
    // The same array unless a trusted proxy named another, which is rare enough for a String.
    byte[] text =
        address == client.address()
            ? client.addressText()
            : NetUtil.bytesToIpAddress(address).getBytes(StandardCharsets.US_ASCII);
    to.keep(Part.CLIENT, text, 0, text.length);
  }

  private static void target(
      byte[] b, int from, int to, SplitSettings.Upgrade upgrade, RequestText text) {
    int pathEnd = find(b, from, to, '?');
    text.keep(Part.PATH, b, from, pathEnd);
    if (pathEnd < to && !QaRequest.isMeantFor(upgrade, b, from, pathEnd)) {
      text.keep(Part.QUERY, b, pathEnd + 1, to);
    }
  }

  /** Without what may be secret in it: {@code https://user:password@host/path?query}. */
  private static void bare(Part part, byte[] b, int from, int to, RequestText text) {
    int end = Math.min(find(b, from, to, '?'), find(b, from, to, '#'));
    int slash = find(b, from, end, '/');
    int authority = slash + 1 < end && b[slash + 1] == '/' ? slash + 2 : end;
    int path = authority < end ? find(b, authority, end, '/') : end;
    int userEnd = authority < end ? find(b, authority, path, '@') : path;
    first(part, b, userEnd < path ? userEnd + 1 : from, end, text);
  }

  private static void first(Part part, byte[] b, int from, int to, RequestText text) {
    if (!text.has(part)) {
      text.keep(part, b, from, to);
    }
  }

  private static int blank(byte[] b, int from, int to) {
    return find(b, from, to, ' ');
  }

  private static int find(byte[] b, int from, int to, char wanted) {
    int at = from;
    while (at < to && b[at] != wanted) {
      at++;
    }
    return at;
  }

  private static boolean isVersion(byte[] b, int from, int to) {
    return to - from == VERSION_LENGTH
        && b[from] == 'H'
        && b[from + 1] == 'T'
        && b[from + 2] == 'T'
        && b[from + 3] == 'P'
        && b[from + 4] == '/';
  }
}
