package dev.crossfade.admin;

import dev.crossfade.admin.RecentTraffic.Moment;
import dev.crossfade.admin.Tokens.Role;
import dev.crossfade.control.ControlPlane;
import dev.crossfade.metrics.Metrics;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.UpstreamView;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on, for whoever listens: one event a second with all that there is to see, one at once
 * when the control state changes, and at the beginning a snapshot with the last minutes.
 *
 * <p>The traffic is looked at once a second, whether anybody listens or not, so that whoever opens
 * the page sees what came before. What is told is made once for all listeners. All of it happens on
 * the admin API's event loop and takes a millisecond or two.
 */
public final class Events {
  private static final Logger log = LoggerFactory.getLogger(Events.class);

  /** Most streams at a time. */
  static final int MOST_STREAMS = 50;

  static final String CONTENT_TYPE = "text/event-stream";

  private final ControlPlane control;
  private final Metrics metrics;
  private final UpstreamView upstreams;
  private final Readiness readiness;
  private final Ticker ticker;
  private final InstantSource clock;
  private final AtomicBoolean changeIsToBeTold = new AtomicBoolean();
  private volatile @Nullable EventExecutor loop;

  // On the event loop.
  private final RecentTraffic recent = new RecentTraffic();
  private final Set<EventStream> streams = new LinkedHashSet<>();
  private @Nullable Moment last;

  /** Looks at these parts, once it is started; all are used from several threads. */
  public Events(
      ControlPlane control,
      Metrics metrics,
      UpstreamView upstreams,
      Readiness readiness,
      Ticker ticker,
      InstantSource clock) {
    this.control = control;
    this.metrics = metrics;
    this.upstreams = upstreams;
    this.readiness = readiness;
    this.ticker = ticker;
    this.clock = clock;
  }

  /** Begins to look, until the event loop ends. */
  void startOn(EventExecutor eventLoop) {
    loop = eventLoop;
    eventLoop.execute(this::beat);
    eventLoop.scheduleAtFixedRate(this::beat, 1, 1, TimeUnit.SECONDS);
    control.whenChanged(this::tellChange);
  }

  /**
   * Answers with a stream.
   *
   * @throws Problem if there are too many of them
   */
  Answer open(AdminRequest request) throws Problem {
    if (streams.size() >= MOST_STREAMS) {
      throw new Problem(503, "There are " + MOST_STREAMS + " streams of events already.")
          .with("Retry-After", "10");
    }
    Instant known = lastEventId(request);
    Role role = request.role();
    return Answer.streaming(CONTENT_TYPE, channel -> begin(channel, role, known));
  }

  /** The id of the last event that the client knows; what is none counts as none. */
  private static Instant lastEventId(AdminRequest request) {
    String id = request.headers().get("Last-Event-ID", "");
    return id.matches("[0-9]{1,15}") ? Instant.ofEpochMilli(Long.parseLong(id)) : Instant.EPOCH;
  }

  private void begin(Channel channel, @Nullable Role role, Instant known) {
    EventStream stream = new EventStream(channel);
    streams.add(stream);
    channel.closeFuture().addListener(closed -> streams.remove(stream));
    Moment moment = last == null ? look() : last;
    stream.send(
        EventStream.event(
            "snapshot", moment.at(), Views.snapshot(role, recent.after(known), present(moment))));
  }

  /** Looks at the traffic, and tells all who listen how things stand. */
  void beat() {
    try {
      Moment moment = look();
      if (!streams.isEmpty()) {
        tell(EventStream.event("second", moment.at(), Views.second(present(moment))));
      }
    } catch (RuntimeException e) {
      log.error("the events of this second could not be told", e);
    }
  }

  private Moment look() {
    Moment moment =
        recent.add(
            now(),
            ticker.nanos(),
            control.get().state().threshold(),
            metrics.totals(Side.OLD),
            metrics.totals(Side.NEW));
    last = moment;
    return moment;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private Present present(Moment moment) {
    TrafficPlan plan = control.get();
    return new Present(
        moment,
        plan,
        control.durable(),
        readiness.obstacle(),
        recent.shareSeen(),
        metrics.visitors(),
        upstreams);
  }

  /** From any thread; must neither wait nor fail. */
  private void tellChange() {
    EventExecutor eventLoop = loop;
    if (eventLoop == null || !changeIsToBeTold.compareAndSet(false, true)) {
      return;
    }
    try {
      eventLoop.execute(this::tellState);
    } catch (RejectedExecutionException e) {
      log.debug("a change was not told: the admin API has ended");
    }
  }

  private void tellState() {
    changeIsToBeTold.set(false);
    if (!streams.isEmpty()) {
      tell(
          EventStream.event(
              "state", now(), Views.stateEvent(control.get().state(), control.durable())));
    }
  }

  private void tell(byte[] event) {
    for (EventStream stream : List.copyOf(streams)) {
      stream.send(event);
    }
  }

  /** Ends all streams, from any thread; who still may open one comes again. */
  void end() {
    EventExecutor eventLoop = loop;
    if (eventLoop != null) {
      eventLoop
          .submit(() -> new ArrayList<>(streams).forEach(EventStream::end))
          .awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }
}
