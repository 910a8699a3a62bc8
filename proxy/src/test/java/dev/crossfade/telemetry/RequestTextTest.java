package dev.crossfade.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.telemetry.RequestText.Part;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestTextTest {
  private final RequestText text = new RequestText();

  private void keep(Part part, String said) {
    byte[] bytes = said.getBytes(StandardCharsets.ISO_8859_1);
    text.keep(part, bytes, 0, bytes.length);
  }

  private String kept(Part part) {
    return new String(
        text.bytes(),
        text.start(part),
        text.end(part) - text.start(part),
        StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void aPartIsCutAtItsBound(Part part) {
    keep(part, "x".repeat(part.most()));
    assertThat(kept(part)).hasSize(part.most());
    assertThat(text.isCut(part)).isFalse();
    keep(part, "y".repeat(part.most()) + "z");
    assertThat(kept(part)).isEqualTo("y".repeat(part.most()));
    assertThat(text.isCut(part)).isTrue();
  }

  @Test
  void partsAreApartFromEachOtherAndGoneWithTheNextRequest() {
    for (Part part : Part.values()) {
      keep(part, part.name());
    }
    for (Part part : Part.values()) {
      assertThat(kept(part)).isEqualTo(part.name());
    }
    text.clear();
    for (Part part : Part.values()) {
      assertThat(text.has(part)).isFalse();
    }
    keep(Part.QUERY, "");
    assertThat(text.has(Part.QUERY)).as("empty, but there").isTrue();
  }
}
