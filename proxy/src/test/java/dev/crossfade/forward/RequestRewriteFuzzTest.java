package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.http.CookieScan;
import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.Mutations;
import dev.crossfade.http.RequestHead;
import dev.crossfade.testing.Chance;
import dev.crossfade.testing.StrictHttp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is accepted goes on as exactly one request with the same framing. */
class RequestRewriteFuzzTest {
  private static final byte[] TRACE =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADDRESS = {127, 0, 0, 1};

  @Test
  void whatIsSentOnIsOneRequestWithTheFramingThatWasDecidedOn() {
    long seed = Chance.seed();
    Mutations mutations = new Mutations(new Random(seed));
    RequestHead head = new RequestHead(8192, 100);
    RequestRewrite rewrite = new RequestRewrite();
    CookieScan cookies = new CookieScan(List.of("crossfade", "PHPSESSID"));
    int sent = 0;
    for (int i = 0; i < Chance.rounds(60_000); i++) {
      String text = mutations.head();
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      if (head.scan(bytes, 0, bytes.length) <= 0) {
        continue;
      }
      sent++;
      boolean trusted = i % 2 == 0;
      ClientFacts client = ClientFacts.of(ADDRESS, "127.0.0.1", false, trusted, "localhost:1", 1);
      byte[] trace = i % 3 == 0 ? TRACE : null;
      String arrives = rewritten(rewrite, head, client, cookies, trace);
      String which = "seed " + seed + ", round " + i + ": " + text + " -> " + arrives;
      StrictHttp.Request request = StrictHttp.request(arrives);
      assertThat(request.end()).as(which).isEqualTo(arrives.length());
      assertThat(request.contentLength()).as(which).isEqualTo(head.contentLength());
      assertThat(request.chunked()).as(which).isEqualTo(head.chunked());
      assertThat(request.http10()).as(which).isFalse();
      assertThat(request.method())
          .as(which)
          .isEqualTo(text.substring(head.start(), head.methodEnd()));
      assertThat(request.values("Host")).as(which).hasSize(1);
      assertThat(request.values("X-Forwarded-For")).as(which).hasSize(1);
      assertThat(request.values("traceparent")).as(which).hasSize(trace == null ? 0 : 1);
      assertThat(request.values("TE")).as(which).isEmpty();
      assertThat(request.values("Connection"))
          .as(which)
          .isEqualTo(RequestRewrite.passesUpgrade(head) ? List.of("upgrade") : List.of());
      assertThat(request.values("Cookie"))
          .as(which)
          .noneMatch(c -> c.matches("(.*;)? *crossfade *=.*"));
    }
    assertThat(sent).as("sent on, seed " + seed).isGreaterThan(3000);
  }

  private static String rewritten(
      RequestRewrite rewrite,
      RequestHead head,
      ClientFacts client,
      CookieScan cookies,
      byte[] trace) {
    FieldTable fields = head.fields();
    cookies.reset();
    for (int i = fields.find(FieldName.COOKIE, 0);
        i >= 0;
        i = fields.find(FieldName.COOKIE, i + 1)) {
      cookies.scan(head.bytes(), fields.valueStart(i), fields.valueEnd(i));
    }
    ByteBuf out = Unpooled.buffer();
    boolean upgrade = RequestRewrite.passesUpgrade(head);
    rewrite.write(head, client, null, cookies, upgrade, trace, out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
