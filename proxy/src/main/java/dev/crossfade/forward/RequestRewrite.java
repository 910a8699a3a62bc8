package dev.crossfade.forward;

import dev.crossfade.http.CookieScan;
import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.HeadCopy;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.Verb;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request's head for the upstream: hop-by-hop fields are left out (RFC 9110 §7.6.1),
 * forwarded fields are replaced or, from a trusted proxy, added to, and our cookie is taken out of
 * Cookie. All else is copied in runs. Used again for the next; confined to one event loop.
 */
final class RequestRewrite {
  private static final byte[] HOST = ascii("Host");
  private static final byte[] COOKIE = ascii("Cookie: ");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] UPGRADE = ascii("Connection: upgrade\r\nUpgrade: ");
  private static final byte[] FORWARDED_FOR = ascii("X-Forwarded-For: ");
  private static final byte[] FORWARDED_PROTO = ascii("X-Forwarded-Proto: ");
  private static final byte[] FORWARDED_HOST = ascii("X-Forwarded-Host");
  private static final byte[] FORWARDED_PORT = ascii("X-Forwarded-Port");
  private static final byte[] MAX_FORWARDS = ascii("Max-Forwards");
  private static final byte[] TRACEPARENT = ascii("traceparent");
  private static final byte[] HTTP = ascii("http\r\n");
  private static final byte[] HTTPS = ascii("https\r\n");
  private static final byte[] H2C = ascii("h2c");
  private static final byte[] HTTP2 = ascii("http/2");

  /** Room for what is added beyond the head's own bytes. */
  static final int ADDED = 512;

  private final HeadCopy copy = new HeadCopy();

  /**
   * Writes the head.
   *
   * @param host value of Host for this upstream, null to keep the client's
   * @param cookies scanned over this head; its first name is that of our cookie
   * @param trace value of traceparent, in place of what came of it and of tracestate; null to keep
   *     the client's
   */
  void write(
      RequestHead head,
      ClientFacts client,
      byte @Nullable [] host,
      CookieScan cookies,
      boolean upgrade,
      byte @Nullable [] trace,
      ByteBuf out) {
    byte[] b = head.bytes();
    copy.begin(b, head.start(), out);
    requestLine(head, out);
    boolean ownHost = host != null || head.absoluteForm() || head.hostStart() < 0;
    boolean ours = cookies.valueStart(0) != CookieScan.ABSENT;
    FieldTable fields = head.fields();
    int hops = MaxForwards.of(head);
    for (int i = 0; i < fields.count(); i++) {
      switch (fields.name(i)) {
        case HOST -> {
          if (ownHost) {
            omit(fields, i);
          }
        }
        case CONNECTION,
            KEEP_ALIVE,
            PROXY_CONNECTION,
            PROXY_AUTHORIZATION,
            PROXY_AUTHENTICATE,
            TE,
            UPGRADE,
            HTTP2_SETTINGS,
            HOP,
            X_CROSSFADE ->
            omit(fields, i);
        case X_FORWARDED_FOR -> omit(fields, i);
        case X_FORWARDED_PROTO, X_FORWARDED_HOST, X_FORWARDED_PORT, FORWARDED -> {
          if (!client.trusted()) {
            omit(fields, i);
          }
        }
        case MAX_FORWARDS -> {
          if (hops > 0) {
            omit(fields, i);
          }
        }
        case TRACEPARENT, TRACESTATE -> {
          if (trace != null) {
            omit(fields, i);
          }
        }
        case EXPECT -> {
          if (!head.expectContinue()) {
            omit(fields, i);
          }
        }
        case COOKIE -> {
          if (ours) {
            cookie(b, fields, i, cookies, out);
          }
        }
        default -> {}
      }
    }
    copy.copyTo(head.end() - 2);
    if (ownHost) {
      host(head, client, host);
    }
    forwarded(head, client, out);
    if (hops > 0) {
      copy.field(MAX_FORWARDS, ascii(Integer.toString(hops - 1)));
    }
    if (trace != null) {
      copy.field(TRACEPARENT, trace);
    }
    if (upgrade) {
      int field = fields.find(FieldName.UPGRADE, 0);
      copy.raw(UPGRADE);
      range(out, b, fields.valueStart(field), fields.valueEnd(field));
      copy.raw(CRLF);
    }
    copy.end();
  }

  /** RFC 9112 §3.2.2: what came in absolute form goes on in origin form. */
  private void requestLine(RequestHead head, ByteBuf out) {
    if (!head.absoluteForm() && head.http11()) {
      return;
    }
    byte[] b = head.bytes();
    copy.omit(head.targetStart(), head.fieldsStart());
    if (head.absoluteForm() && head.pathStart() == head.targetEnd()) {
      out.writeByte(head.verb() == Verb.OPTIONS ? '*' : '/');
    } else if (b[head.pathStart()] == '?') {
      out.writeByte('/');
    }
    range(out, b, head.pathStart(), head.targetEnd());
    copy.raw(VERSION);
  }

  private void omit(FieldTable fields, int field) {
    copy.omit(fields.nameStart(field), fields.lineEnd(field));
  }

  private void cookie(byte[] b, FieldTable fields, int field, CookieScan cookies, ByteBuf out) {
    omit(fields, field);
    int line = out.writerIndex();
    copy.raw(COOKIE);
    if (cookies.copyWithoutFirst(b, fields.valueStart(field), fields.valueEnd(field), out)) {
      copy.raw(CRLF);
    } else {
      out.writerIndex(line);
    }
  }

  private void host(RequestHead head, ClientFacts client, byte @Nullable [] host) {
    if (host != null) {
      copy.field(HOST, host);
    } else if (head.hostStart() >= 0) {
      copy.field(HOST, head.bytes(), head.hostStart(), head.hostEnd());
    } else {
      copy.field(HOST, client.localAuthority());
    }
  }

  private void forwarded(RequestHead head, ClientFacts client, ByteBuf out) {
    FieldTable fields = head.fields();
    if (!client.trusted()) {
      copy.raw(client.forwardedLines());
      forwardedHost(head, client);
      return;
    }
    copy.raw(FORWARDED_FOR);
    for (int i = fields.find(FieldName.X_FORWARDED_FOR, 0);
        i >= 0;
        i = fields.find(FieldName.X_FORWARDED_FOR, i + 1)) {
      if (fields.valueEnd(i) > fields.valueStart(i)) {
        range(out, head.bytes(), fields.valueStart(i), fields.valueEnd(i));
        out.writeByte(',').writeByte(' ');
      }
    }
    out.writeBytes(client.addressText()).writeBytes(CRLF);
    if (fields.find(FieldName.X_FORWARDED_PROTO, 0) < 0) {
      copy.raw(FORWARDED_PROTO);
      copy.raw(client.secure() ? HTTPS : HTTP);
    }
    if (fields.find(FieldName.X_FORWARDED_PORT, 0) < 0) {
      copy.field(FORWARDED_PORT, client.port());
    }
    if (fields.find(FieldName.X_FORWARDED_HOST, 0) < 0) {
      forwardedHost(head, client);
    }
  }

  private void forwardedHost(RequestHead head, ClientFacts client) {
    if (head.hostStart() >= 0) {
      copy.field(FORWARDED_HOST, head.bytes(), head.hostStart(), head.hostEnd());
    } else {
      copy.field(FORWARDED_HOST, client.localAuthority());
    }
  }

  private static void range(ByteBuf out, byte[] b, int from, int to) {
    out.writeBytes(b, from, to - from);
  }

  /**
   * Whether an upgrade is passed on: all but h2c, in any spelling, which would let requests by that
   * nobody looks at (RFC 9113 §3.1 has deprecated it), and none of a request with a body, behind
   * which alone the other protocol could begin (RFC 9110 §7.8).
   */
  static boolean passesUpgrade(RequestHead head) {
    if (!head.upgrade() || head.hasBody()) {
      return false;
    }
    FieldTable fields = head.fields();
    int field = fields.find(FieldName.UPGRADE, 0);
    return fields.find(FieldName.UPGRADE, field + 1) < 0
        && !contains(head.bytes(), fields.valueStart(field), fields.valueEnd(field), H2C)
        && !contains(head.bytes(), fields.valueStart(field), fields.valueEnd(field), HTTP2);
  }

  private static boolean contains(byte[] b, int from, int to, byte[] lowerCase) {
    for (int i = from; i <= to - lowerCase.length; i++) {
      int j = 0;
      while (j < lowerCase.length && (b[i + j] | 0x20) == (lowerCase[j] | 0x20)) {
        j++;
      }
      if (j == lowerCase.length) {
        return true;
      }
    }
    return false;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
