package dev.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.Chance;
import dev.crossfade.testing.StrictHttp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mutated heads: the scanner and an independent strict parser agree, however the bytes arrive. */
class HeadFuzzTest {
  private static final int ROUNDS = Chance.rounds(60_000);

  @Test
  void theScannerAgreesWithTheStrictParser() {
    long seed = Chance.seed();
    Mutations mutations = new Mutations(new Random(seed));
    RequestHead head = new RequestHead(8192, 100);
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String text = mutations.head();
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      StrictHttp.Request strict = StrictHttp.request(text);
      int end = head.scan(bytes, 0, bytes.length);
      String which = "seed " + seed + ", round " + i + ": " + text;
      if (strict.end() > 0) {
        accepted++;
        assertThat(end).as(which).isEqualTo(strict.end());
        assertSame(which, text, head, strict);
      } else {
        // What can't become good any more may be refused before it is complete.
        assertThat(end).as(which).isLessThanOrEqualTo(strict.end());
      }
    }
    assertThat(accepted).as("accepted, seed " + seed).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
  }

  /** To Java's regular expressions a byte 0x85 ends a line; to HTTP it is part of the value. */
  @Test
  void aValueMayEndWithAByteThatLooksLikeTheEndOfALine() {
    String text = "GET / HTTP/1.1\r\nHost: a\r\nX: a\t\u0085\r\n\r\n";
    RequestHead head = new RequestHead(8192, 100);
    assertThat(head.scan(text.getBytes(StandardCharsets.ISO_8859_1), 0, text.length()))
        .isEqualTo(text.length());
    assertSame(text, text, head, StrictHttp.request(text));
  }

  private static void assertSame(
      String which, String text, RequestHead head, StrictHttp.Request strict) {
    assertThat(text.substring(head.start(), head.methodEnd())).as(which).isEqualTo(strict.method());
    assertThat(text.substring(head.targetStart(), head.targetEnd()))
        .as(which)
        .isEqualTo(strict.target());
    assertThat(head.http10()).as(which).isEqualTo(strict.http10());
    assertThat(head.contentLength()).as(which).isEqualTo(strict.contentLength());
    assertThat(head.chunked()).as(which).isEqualTo(strict.chunked());
    List<StrictHttp.Field> fields = new ArrayList<>();
    FieldTable table = head.fields();
    for (int i = 0; i < table.count(); i++) {
      fields.add(
          new StrictHttp.Field(
              text.substring(table.nameStart(i), table.nameEnd(i)),
              text.substring(table.valueStart(i), table.valueEnd(i))));
    }
    assertThat(fields).as(which).isEqualTo(strict.fields());
  }

  @Test
  void aHeadThatIsCutAnywhereIsNeverTakenForAWholeOneAndNeverRefusedIfItIsGood() {
    long seed = Chance.seed();
    Mutations mutations = new Mutations(new Random(seed));
    RequestHead head = new RequestHead(8192, 100);
    for (int i = 0; i < ROUNDS / 60; i++) {
      String text = mutations.head();
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      int whole = head.scan(bytes, 0, bytes.length);
      for (int to = 0; to < bytes.length; to++) {
        int part = head.scan(bytes, 0, to);
        String which = "seed " + seed + ", round " + i + ", " + to + " bytes of " + text;
        if (part > 0) {
          assertThat(part).as(which).isEqualTo(whole);
        } else if (part == RequestHead.REFUSED) {
          assertThat(whole).as(which).isEqualTo(RequestHead.REFUSED);
        } else {
          assertThat(whole <= 0 || whole > to).as(which).isTrue();
        }
      }
    }
  }

  @Test
  void answersAgreeToo() {
    long seed = Chance.seed();
    Mutations mutations = new Mutations(new Random(seed));
    ResponseHead head = new ResponseHead(100);
    for (int i = 0; i < ROUNDS / 2; i++) {
      String text = mutations.answerHead();
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      int end = head.scan(bytes, 0, bytes.length, Verb.HEAD);
      StrictHttp.Answer strict = StrictHttp.answer(text, "HEAD", true);
      String which = "seed " + seed + ", round " + i + ": " + text;
      if (strict.end() > 0) {
        assertThat(end).as(which).isEqualTo(strict.end());
        assertThat(head.status()).as(which).isEqualTo(strict.status());
        assertThat(head.fields().count()).as(which).isEqualTo(strict.fields().size());
      } else {
        assertThat(end).as(which).isLessThanOrEqualTo(strict.end());
      }
    }
  }
}
