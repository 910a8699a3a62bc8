package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TraceOnTheWireTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final Field PARENT = new Field("traceparent", "00-" + ID + "-b7ad6b7169203331-00");
  private static final Field STATE = new Field("tracestate", "vendor=1");
  private static final Field BROKEN = new Field("traceparent", "broken");

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder);
  private final RecordingOrigin origin = wire.origin(Side.OLD);

  private PlainHttpClient client(String... lines) throws Exception {
    return wire.client(wire.proxy(lines));
  }

  private RecordingOrigin.Seen sent(PlainHttpClient client, Field... fields) throws Exception {
    assertThat(client.request("GET", "/", List.of(fields), null).status()).isEqualTo(200);
    return origin.last();
  }

  @Test
  void byDefaultWhatComesGoesOnValidOrNot() throws Exception {
    PlainHttpClient client = client();
    RecordingOrigin.Seen valid = sent(client, PARENT, STATE);
    assertThat(valid.fields("traceparent")).containsExactly(PARENT.value());
    assertThat(valid.fields("tracestate")).containsExactly(STATE.value());
    RecordingOrigin.Seen invalid = sent(client, BROKEN, STATE);
    assertThat(invalid.fields("traceparent")).containsExactly("broken");
    assertThat(invalid.fields("tracestate")).containsExactly(STATE.value());
    assertThat(sent(client).fields("traceparent")).isEmpty();
  }

  @Test
  void whereTracesAreMadeOnlyAValidOneGoesOnAndItsStateWithIt() throws Exception {
    PlainHttpClient client = client("trace.make = on", "access-log.file = access.log");
    RecordingOrigin.Seen valid = sent(client, PARENT, STATE);
    assertThat(valid.fields("traceparent")).containsExactly(PARENT.value());
    assertThat(valid.fields("tracestate")).containsExactly(STATE.value());
    RecordingOrigin.Seen invalid = sent(client, BROKEN, STATE);
    assertThat(invalid.fields("traceparent"))
        .singleElement()
        .asString()
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    assertThat(invalid.fields("tracestate")).isEmpty();
    RecordingOrigin.Seen none = sent(client);
    String made = none.fields("traceparent").get(0);
    assertThat(made).isNotEqualTo(invalid.fields("traceparent").get(0));

    Path log = folder.resolve("access.log");
    await().until(() -> Files.readString(log).lines().count() == 3);
    assertThat(Files.readAllLines(log))
        .satisfiesExactly(
            first -> assertThat(first).endsWith("\"trace\":\"" + ID + "\"}"),
            second ->
                assertThat(second).contains(invalid.fields("traceparent").get(0).substring(3, 35)),
            third -> assertThat(third).contains(made.substring(3, 35)));
  }

  @Test
  void anIdThatCameIsInTheLogEvenIfNoneAreMade() throws Exception {
    PlainHttpClient client = client("access-log.file = access.log");
    sent(client, PARENT);
    sent(client, BROKEN);
    Path log = folder.resolve("access.log");
    await().until(() -> Files.readString(log).lines().count() == 2);
    assertThat(Files.readAllLines(log))
        .satisfiesExactly(
            first -> assertThat(first).endsWith("\"trace\":\"" + ID + "\"}"),
            second -> assertThat(second).doesNotContain("trace"));
  }
}
