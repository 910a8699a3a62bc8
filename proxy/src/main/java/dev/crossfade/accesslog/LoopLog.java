package dev.crossfade.accesslog;

import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.RequestText;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of one event loop and puts them into its ring. Never waits: a line that finds no
 * room is dropped and counted. Confined to that loop.
 */
final class LoopLog implements ExchangeObserver {
  private static final int FIRST_ERROR = 500;

  private final Supplier<AccessLogSettings> present;
  private final LogThread thread;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Line line = new Line();

  private @Nullable LineRing ring;
  private AccessLogSettings.@Nullable Format formatOf;
  private @Nullable LineFormat format;

  LoopLog(
      Supplier<AccessLogSettings> present,
      LogThread thread,
      InstantSource clock,
      RandomGenerator random) {
    this.present = present;
    this.thread = thread;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Where errors are kept in any case, nobody can tell yet whether it will be one: then every text
   * is kept, and the draw comes at the end.
   */
  @Override
  public boolean wantsText() {
    AccessLogSettings settings = present.get();
    return settings.on() && (settings.errors() || drawn(settings));
  }

  @Override
  public void onExchange(ExchangeOutcome outcome) {
    RequestText text = outcome.text();
    if (text == null) {
      return;
    }
    AccessLogSettings settings = present.get();
    boolean undrawn = settings.errors() && outcome.status() < FIRST_ERROR;
    if (!settings.on() || undrawn && !drawn(settings)) {
      return;
    }
    line.clear();
    format(settings).write(outcome, text, clock.millis(), settings.query(), line);
    LineRing to = ring(settings);
    if (!to.offer(line.bytes(), line.length())) {
      thread.writer().drop();
    }
    thread.lineCame(to);
  }

  @Override
  public void onRefusal(ExchangeOutcome outcome) {
    onExchange(outcome);
  }

  private boolean drawn(AccessLogSettings settings) {
    int sample = settings.sample();
    return sample == AccessLogSettings.ALL
        || sample > 0 && random.nextInt(AccessLogSettings.ALL) < sample;
  }

  private LineFormat format(AccessLogSettings settings) {
    LineFormat known = format;
    if (known == null || formatOf != settings.format()) {
      known = LineFormat.of(settings.format());
      format = known;
      formatOf = settings.format();
    }
    return known;
  }

  /** Made with the first line, so that a log that is off costs no memory. */
  private LineRing ring(AccessLogSettings settings) {
    LineRing known = ring;
    if (known == null) {
      known = new LineRing(settings.queue());
      ring = known;
      thread.writer().add(known);
    }
    return known;
  }
}
