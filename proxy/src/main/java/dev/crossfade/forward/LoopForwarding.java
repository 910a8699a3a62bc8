package dev.crossfade.forward;

import dev.crossfade.http.ResponseHead;
import dev.crossfade.plan.CurrentPlan;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.LoopPools;
import dev.crossfade.upstream.UpstreamPools;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all exchanges of one event loop share: the pools, and the scratch that one request needs for
 * the length of one call. Confined to that loop.
 */
public final class LoopForwarding {
  /** Most bytes of an answer's head; more than any application sends on purpose. */
  static final int MAX_ANSWER_HEAD = 64 * 1024;

  private static final int MAX_ANSWER_FIELDS = 256;

  final CurrentPlan plan;
  final UpstreamPools upstreams;
  final LoopPools pools;
  final Function<TrafficPlan, ForwardSettings> settings;
  final Function<TrafficPlan, TrustedProxies> trusted;
  final ExchangeObserver observer;
  final Ticker ticker;
  final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;

  final Decider decider;
  final RequestRewrite rewrite = new RequestRewrite();
  final Hosts hosts = new Hosts();
  final TraceContext trace = new TraceContext();
  final Texts text = new Texts();
  final ExtraFields extra = new ExtraFields();
  final FailureAnswers failures = new FailureAnswers();
  final ResponseHead answer = new ResponseHead(MAX_ANSWER_FIELDS);
  byte[] answerBytes = new byte[4 * 1024];

  /**
   * What one event loop needs to forward requests; settings and trusted proxies are those that came
   * with the plan which the request is decided by.
   */
  public LoopForwarding(
      CurrentPlan plan,
      UpstreamPools upstreams,
      LoopPools pools,
      Function<TrafficPlan, ForwardSettings> settings,
      Function<TrafficPlan, TrustedProxies> trusted,
      ExchangeObserver observer,
      Ticker ticker) {
    this.plan = plan;
    this.upstreams = upstreams;
    this.pools = pools;
    this.settings = settings;
    this.trusted = trusted;
    this.observer = observer;
    this.ticker = ticker;
    this.decider = new Decider(p -> pools.available(p, Side.NEW));
  }

  /** Makes the pools follow the plan in force even while no request comes. */
  public void refresh() {
    pools.refresh(plan.get());
  }

  /**
   * The answer to a failure of what never became an exchange.
   *
   * @param detail what is wrong, in words that hold nothing that was sent; null for those of the
   *     failure
   * @param page the language of the page, null for a client that would rather have a problem
   */
  public OwnAnswer answerTo(
      ProxyFailure failure, @Nullable String detail, @Nullable Language page) {
    ForwardSettings present = settings.apply(plan.get());
    return detail == null
        ? failures.of(failure, page, true, present)
        : FailureAnswers.make(failure, detail, page, true, present);
  }

  /** The observer of this loop's exchanges. */
  public ExchangeObserver observer() {
    return observer;
  }

  /** The clock of this loop's deadlines. */
  public Ticker ticker() {
    return ticker;
  }

  byte[] answerBytes(int atLeast) {
    if (answerBytes.length < atLeast) {
      answerBytes = new byte[MAX_ANSWER_HEAD];
    }
    return answerBytes;
  }
}
