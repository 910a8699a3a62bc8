package dev.crossfade.forward;

import dev.crossfade.http.ChunkScanner;
import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.TrailerSection;
import dev.crossfade.http.Verb;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.upstream.ConnectionUser;
import dev.crossfade.upstream.Endpoint;
import dev.crossfade.upstream.Lease;
import dev.crossfade.upstream.ProxiedClient;
import dev.crossfade.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ConnectTimeoutException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to the last byte of its answer.
 *
 * <p>The plan is read once, at the head; rules, splitter and failover decide; an endpoint is
 * leased; the head goes out rewritten, bodies as the buffers they came in; the answer comes back
 * the same way. Whatever happens, the lease is closed once, every buffer is released once, and one
 * outcome is reported.
 *
 * <p>Phases: {@code IDLE → CONNECTING → WAITING → ANSWERING → OVER}, where an idle connection
 * spares CONNECTING, a 101 leads from WAITING to TUNNEL, and a failure from anywhere to OVER. A
 * request's body may still come in while its answer goes out, and even when that is over. The one
 * form that is meant for the proxy itself, with a tester's token, is read in FORM.
 *
 * <p>Belongs to one client connection (in HTTP/2: to one stream), serves one request after the
 * other, and is confined to their event loop.
 */
public final class Exchange implements ConnectionUser {
  private enum Phase {
    IDLE,
    FORM,
    CONNECTING,
    WAITING,
    ANSWERING,
    TUNNEL,
    OVER
  }

  /** Interim answers to one request; an origin that sends more is not sane. */
  private static final int MAX_INTERIM = 128;

  /** How much of a request is looked at that was refused before it was one. */
  private static final int MAX_TOLD = 8 * 1024;

  /** An hour: a WebSocket that has been silent for longer is taken for dead. */
  private static final long TUNNEL_IDLE_NANOS = 3_600_000_000_000L;

  private final LoopForwarding loop;
  private final ClientEnd client;
  private final Lease lease = new Lease();
  private final Verdict verdict;
  private final OutgoingRequest outgoing = new OutgoingRequest();
  private final IncomingAnswer incoming = new IncomingAnswer();
  private final Outcome outcome;
  private final ChunkScanner.DataRun unchunked =
      (buffer, from, to) -> sendBody(buffer.retainedSlice(from, to - from));

  private Phase phase = Phase.IDLE;

  // Who asks. Connections may outlive a configuration, so trust is judged anew with each.
  private ClientFacts facts;
  private @Nullable TrustedProxies judgedBy;

  // The request.
  private @Nullable TrafficPlan plan;
  private ForwardSettings settings;
  private Verb verb = Verb.OTHER;
  private boolean hasBody;
  private long maxBody;
  private boolean requestComplete;

  /** The client sends no body before 100 (Continue) has come. */
  private boolean awaitsContinue;

  private boolean requestPaused;
  private @Nullable String upgradeAsked;
  private @Nullable Language page;
  private @Nullable QaPages qa;
  private @Nullable TokenForm form;
  private boolean wantsInterim;

  // Its answer.
  private @Nullable UpstreamConnection connection;
  private boolean sentAgain;
  private boolean connectedElsewhere;
  private int interims;
  private boolean dataOnly;
  private boolean originEnded;
  private boolean clientEnded;

  /** An exchange for a client's end. */
  public Exchange(LoopForwarding loop, ClientEnd client) {
    this.loop = loop;
    this.client = client;
    this.facts = client.client();
    this.settings = loop.settings.apply(loop.plan.get());
    this.verdict = new Verdict(loop.text);
    this.outcome = new Outcome(loop.ticker, loop.text, verdict);
  }

  // ---- the request ------------------------------------------------------------------------------

  /**
   * Begins with a request's head.
   *
   * @param request valid during the call only
   * @param startedNanos when its first byte came
   */
  public void begin(RequestHead request, long startedNanos) {
    TrafficPlan present = loop.plan.get();
    reset(present, request, startedNanos);
    SplitSettings.Upgrade upgrade = present.splitter().settings().upgrade();
    byte[] address = present(judgedBy).clientAddress(request, facts);
    QaRequest asked = QaRequest.of(upgrade, request);
    note(request, address, upgrade);
    if (verb == Verb.CONNECT || verb == Verb.TRACE) {
      fail(ProxyFailure.METHOD);
      return;
    }
    if (MaxForwards.of(request) == 0) {
      answerItself(OwnAnswer.options(), null);
      return;
    }
    if (asked != null) {
      BrowserSide browser = verdict.look(loop.decider, request, address, settings);
      qaPage(new QaPages(upgrade, asked, browser, verdict.secure()), asked, request);
      return;
    }
    Side side = verdict.decide(loop.decider, request, address, settings).side();
    maxBody = verdict.maxBody(settings);
    if (maxBody > 0 && request.contentLength() > maxBody) {
      fail(ProxyFailure.BODY_TOO_LARGE);
      return;
    }
    if (present.state().maintenance().freezeWrites() && !verb.safe()) {
      fail(ProxyFailure.FROZEN);
    } else if (present.state().maintenance().closes(side) && !verdict.passesMaintenance()) {
      fail(ProxyFailure.MAINTENANCE);
    } else if (!lease(present, side)) {
      fail(lease.overloaded() ? ProxyFailure.OVERLOADED : ProxyFailure.NO_ENDPOINT);
    } else {
      writeHead(present, request);
      connect();
    }
  }

  private void qaPage(QaPages pages, QaRequest asked, RequestHead request) {
    if (!asked.sends()) {
      answerItself(pages.answer(), verdict.cookie());
    } else if (request.contentLength() > TokenForm.MOST) {
      fail(ProxyFailure.BODY_TOO_LARGE);
    } else if (!hasBody || request.expectContinue()) {
      // Whoever waits for 100 (Continue) gets their final answer at once: no browser does.
      answerItself(pages.answer(""), verdict.cookie());
    } else {
      qa = pages;
      form = new TokenForm(request.chunked());
      phase = Phase.FORM;
    }
  }

  private boolean lease(TrafficPlan present, Side side) {
    lease.key(present(verdict.assignment()).bucket());
    return loop.pools.lease(present, side, lease);
  }

  private void reset(TrafficPlan present, RequestHead request, long startedNanos) {
    phase = Phase.IDLE;
    plan = present;
    settings = loop.settings.apply(present);
    judge(loop.trusted.apply(present));
    verdict.reset(present, settings, facts.secure());
    verb = request.verb();
    outcome.begin(verb, startedNanos);
    hasBody = request.hasBody();
    requestComplete = !hasBody;
    awaitsContinue = hasBody && request.expectContinue();
    requestPaused = false;
    maxBody = settings.maxBody();
    upgradeAsked =
        RequestRewrite.passesUpgrade(request) ? upgrade(request.bytes(), request.fields()) : null;
    page = Accepts.page(request);
    wantsInterim = !request.http10();
    sentAgain = false;
    connectedElsewhere = false;
    interims = 0;
    originEnded = false;
    clientEnded = false;
  }

  /** Of the head, which is gone when this call ends, keeps what is told of it in the end. */
  private void note(RequestHead request, byte[] address, SplitSettings.Upgrade upgrade) {
    boolean wanted = loop.observer.wantsText();
    loop.trace.read(request, settings.trace(), wanted);
    if (wanted) {
      Transcript.of(
          request, facts, address, loop.trace, client.protocol(), upgrade, outcome.keep());
    }
  }

  private void judge(TrustedProxies trusted) {
    if (trusted != judgedBy) {
      judgedBy = trusted;
      facts = facts.trusted(trusted.trusts(facts.address()));
    }
  }

  private void writeHead(TrafficPlan present, RequestHead request) {
    ByteBuf out =
        loop.allocator.directBuffer(request.end() - request.start() + RequestRewrite.ADDED);
    outgoing.head(out);
    byte[] host = loop.hosts.of(present, verdict.side());
    loop.rewrite.write(
        request,
        facts,
        host,
        loop.decider.cookies(),
        upgradeAsked != null,
        loop.trace.begun(),
        out);
  }

  private void connect() {
    phase = Phase.CONNECTING;
    UpstreamConnection idle =
        loop.pools.connection(present(lease.endpoint()), this, mayBeSentAgain());
    if (idle != null) {
      send(idle);
    }
  }

  private boolean mayBeSentAgain() {
    return verb.idempotent() && !hasBody && !sentAgain;
  }

  private void send(UpstreamConnection to) {
    connection = to;
    phase = Phase.WAITING;
    outgoing.sendOn(to, to.reused() && mayBeSentAgain());
    long now = loop.ticker.nanos();
    outcome.sent(now);
    to.expectBy(now + settings.firstByteTimeout().toNanos());
    upstreamTakesMore();
  }

  @Override
  public void connected(UpstreamConnection made) {
    if (phase != Phase.CONNECTING) {
      // The client has left meanwhile; the next request will be glad of it.
      made.release();
      return;
    }
    send(made);
    flushRequest();
  }

  @Override
  public void connectFailed(Endpoint endpoint, Throwable cause) {
    if (phase != Phase.CONNECTING) {
      return;
    }
    // Nothing was sent, so any request may try its luck elsewhere, once.
    if (!connectedElsewhere
        && loop.pools.leaseAgain(present(plan), verdict.side(), endpoint, false, lease)) {
      connectedElsewhere = true;
      outcome.retries(endpoint);
      connect();
      flushRequest();
    } else {
      fail(unconnected(cause));
    }
  }

  private ProxyFailure unconnected(Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return ProxyFailure.CONNECT_TIMEOUT;
    }
    return lease.lastResort() ? ProxyFailure.NO_ENDPOINT : ProxyFailure.CONNECT_FAILED;
  }

  @Override
  public void overloaded() {
    if (phase == Phase.CONNECTING) {
      fail(ProxyFailure.OVERLOADED);
    }
  }

  @Override
  public @Nullable ProxiedClient proxiedClient() {
    return facts.proxied();
  }

  /**
   * More of the request's body, framed as it came, or bytes of another protocol.
   *
   * @param bytes to be released by the exchange
   */
  public void requestBody(ByteBuf bytes) {
    awaitsContinue = false;
    UpstreamConnection to = connection;
    if (phase == Phase.CONNECTING) {
      outcome.bodyReceived(bytes.readableBytes());
      outgoing.hold(bytes, loop.allocator);
      pauseRequest();
    } else if (phase == Phase.FORM) {
      if (!present(form).add(bytes)) {
        fail(ProxyFailure.BODY_TOO_LARGE);
      }
    } else if (to == null) {
      bytes.release();
    } else {
      outcome.bodyReceived(bytes.readableBytes());
      outgoing.sendOn(to, bytes);
      if (phase == Phase.WAITING) {
        to.expectBy(loop.ticker.nanos() + settings.firstByteTimeout().toNanos());
      } else if (phase == Phase.TUNNEL) {
        to.expectBy(loop.ticker.nanos() + TUNNEL_IDLE_NANOS);
      }
      upstreamTakesMore();
    }
  }

  /** The request's body is complete. */
  public void requestEnds() {
    requestComplete = true;
    if (phase == Phase.FORM) {
      answerItself(present(qa).answer(present(form).token()), verdict.cookie());
    }
  }

  /** Flushes what was written to the upstream. */
  public void flushRequest() {
    if (outgoing.flushes() && connection != null) {
      connection.flush();
    }
  }

  private void upstreamTakesMore() {
    UpstreamConnection to = connection;
    if (to != null && !to.writable()) {
      pauseRequest();
    } else if (requestPaused) {
      requestPaused = false;
      client.resumeRequest();
    }
  }

  private void pauseRequest() {
    if (!requestPaused) {
      requestPaused = true;
      client.pauseRequest();
    }
  }

  @Override
  public void writabilityChanged() {
    upstreamTakesMore();
  }

  /** Most bytes of the present request's body, framing included; 0 for no limit. */
  public long maxBody() {
    return maxBody;
  }

  /** Whether a request is under way: its answer is not over. */
  public boolean underWay() {
    return phase != Phase.IDLE && phase != Phase.OVER;
  }

  /** Whether the head of the final answer has been passed on. */
  public boolean answerBegun() {
    return phase == Phase.ANSWERING || phase == Phase.TUNNEL;
  }

  /** Whether what has been passed on of the answer ends between two chunks of its body. */
  public boolean betweenChunks() {
    return phase == Phase.ANSWERING && incoming.betweenChunks();
  }

  // ---- the answer -------------------------------------------------------------------------------

  @Override
  public void received(ByteBuf bytes) {
    switch (phase) {
      case WAITING -> answerHead(bytes);
      case ANSWERING -> answerBody(bytes);
      case TUNNEL -> {
        present(connection).expectBy(loop.ticker.nanos() + TUNNEL_IDLE_NANOS);
        sendBody(bytes);
      }
      default -> bytes.release();
    }
  }

  @Override
  public void receivedAll() {
    client.flush();
  }

  private void answerHead(ByteBuf bytes) {
    noteFirstByte();
    ByteBuf all = incoming.gather(bytes, loop.allocator);
    while (phase == Phase.WAITING) {
      int end = IncomingAnswer.scan(loop, all, verb);
      if (end == ResponseHead.REFUSED) {
        all.release();
        failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent an answer that is not valid");
        return;
      }
      if (end == ResponseHead.INCOMPLETE) {
        if (!incoming.keep(all, loop.allocator)) {
          failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent a head that is too large");
        }
        return;
      }
      if (loop.answer.interim()) {
        all = interim(all, end);
        if (all == null) {
          return;
        }
      } else {
        // With the answer's end the next request may begin at once, and wait for an answer of its
        // own when this returns.
        answered(all, end);
        return;
      }
    }
  }

  private void answered(ByteBuf all, int end) {
    if (loop.answer.status() == 101) {
      switchProtocols(all, end);
    } else {
      finalHead(all, end);
    }
  }

  private void noteFirstByte() {
    long now = loop.ticker.nanos();
    present(connection).expectBy(now + settings.betweenBytesTimeout().toNanos());
    outcome.answered(now);
    // From here on the request has been taken, and is never sent again.
    outgoing.taken();
  }

  /** RFC 9110 §15.2: passed on, but not to an HTTP/1.0 client. */
  private @Nullable ByteBuf interim(ByteBuf all, int end) {
    if (++interims > MAX_INTERIM) {
      all.release();
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent interim answers without end");
      return null;
    }
    if (loop.answer.status() == 100) {
      awaitsContinue = false;
    }
    if (wantsInterim) {
      client.interim(loop.answer);
    }
    all.skipBytes(end);
    if (all.isReadable()) {
      return all;
    }
    all.release();
    return null;
  }

  private void finalHead(ByteBuf all, int end) {
    ResponseHead answer = loop.answer;
    outcome.status(answer.status());
    incoming.begin(answer);
    phase = Phase.ANSWERING;
    verdict.addFields(answer, loop.extra);
    verdict.learn(answer);
    dataOnly = answer.body() == ResponseHead.Body.CHUNKED && !client.takesChunks();
    int bodyStart = all.readerIndex() + end;
    if (dataOnly) {
      client.answer(answer, loop.extra, all.retainedSlice(all.readerIndex(), end));
      all.readerIndex(bodyStart);
      answerBody(all);
      heedClient();
      return;
    }
    incoming.bound(all, bodyStart);
    if (incoming.malformed()) {
      // Nothing has been passed on yet, so the client can still be told.
      phase = Phase.WAITING;
      all.release();
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent chunks that are not valid");
      return;
    }
    // For the rest of this answer, and as the best guess for the next one on this connection.
    present(connection).expectBytes(answer.contentLength());
    outcome.bodySent(all.writerIndex() - bodyStart);
    client.answer(answer, loop.extra, all);
    afterBody();
    heedClient();
  }

  /** It may have been taking nothing since before the answer began, and tells changes only. */
  private void heedClient() {
    if (!client.writable()) {
      clientWritabilityChanged();
    }
  }

  private void answerBody(ByteBuf bytes) {
    present(connection).expectBy(loop.ticker.nanos() + settings.betweenBytesTimeout().toNanos());
    if (dataOnly) {
      incoming.unchunk(bytes, unchunked);
      bytes.release();
      TrailerSection trailers = incoming.trailers();
      if (trailers != null && incoming.complete()) {
        client.trailers(trailers);
      }
      afterBody();
      return;
    }
    incoming.bound(bytes, bytes.readerIndex());
    if (incoming.malformed()) {
      // Nothing of it goes on, lest a lenient client finds an end in it.
      bytes.writerIndex(bytes.readerIndex());
    }
    if (bytes.isReadable()) {
      sendBody(bytes);
    } else {
      bytes.release();
    }
    afterBody();
  }

  private void sendBody(ByteBuf bytes) {
    outcome.bodySent(bytes.readableBytes());
    client.body(bytes);
  }

  private void afterBody() {
    if (phase != Phase.ANSWERING) {
      // Its connection was closed a moment ago, which a client's end may learn by writing to it.
      return;
    }
    if (incoming.malformed()) {
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent chunks that are not valid");
    } else if (incoming.complete()) {
      answerComplete();
    }
  }

  private void answerComplete() {
    UpstreamConnection from = present(connection);
    connection = null;
    loop.upstreams.answered(from.endpoint(), outcome.status());
    boolean kept = incoming.clean() && requestComplete && !originEnded;
    if (kept) {
      from.release();
    } else {
      from.abandon();
    }
    over();
    client.answerEnds();
    if (!kept) {
      // A connection that is closed while it is read may never say that it has been read.
      client.flush();
    }
  }

  // ---- another protocol -------------------------------------------------------------------------

  private void switchProtocols(ByteBuf all, int end) {
    if (!wasAskedFor(loop.answer)) {
      all.release();
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "switched protocols unasked");
      return;
    }
    outcome.status(101);
    phase = Phase.TUNNEL;
    loop.upstreams.answered(present(connection).endpoint(), outcome.status());
    present(connection).expectBy(loop.ticker.nanos() + TUNNEL_IDLE_NANOS);
    verdict.addFields(loop.answer, loop.extra);
    client.switchProtocols(loop.answer, loop.extra);
    all.skipBytes(end);
    if (all.isReadable()) {
      sendBody(all);
    } else {
      all.release();
    }
    heedClient();
  }

  /** RFC 9110 §7.8: a server must not switch to a protocol that the client has not named. */
  private boolean wasAskedFor(ResponseHead answer) {
    String chosen = upgrade(answer.bytes(), answer.fields());
    String asked = upgradeAsked;
    if (asked == null || chosen == null || answer.http10() || !answer.fields().upgradeNamed()) {
      return false;
    }
    for (String protocol : asked.split(",", -1)) {
      if (protocol.strip().equalsIgnoreCase(chosen)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String upgrade(byte[] b, FieldTable fields) {
    int field = fields.find(FieldName.UPGRADE, 0);
    if (field < 0) {
      return null;
    }
    int from = fields.valueStart(field);
    return new String(b, from, fields.valueEnd(field) - from, StandardCharsets.ISO_8859_1);
  }

  /** In another protocol, the client sends no more. */
  public void clientOutputEnds() {
    clientEnded = true;
    if (phase == Phase.TUNNEL) {
      if (originEnded) {
        tunnelOver();
      } else {
        present(connection).closeOutput();
      }
    }
  }

  /** In another protocol, the client sends no more and takes no more. */
  public void clientEnds() {
    if (phase == Phase.TUNNEL) {
      tunnelOver();
    }
  }

  private void tunnelOver() {
    UpstreamConnection from = present(connection);
    connection = null;
    from.finish();
    over();
    client.cut();
  }

  // ---- ends -------------------------------------------------------------------------------------

  @Override
  public void ended(boolean broken) {
    switch (phase) {
      case WAITING -> endedBeforeAnswer();
      case ANSWERING -> {
        originEnded = true;
        if (incoming.untilClose() && !broken) {
          answerComplete();
          client.flush();
        } else {
          failUpstream(ProxyFailure.UPSTREAM_RESET, "closed the connection in mid-answer");
        }
      }
      case TUNNEL -> {
        if (broken || originEnded || clientEnded) {
          tunnelOver();
        } else {
          originEnded = true;
          client.outputEnds();
        }
      }
      default -> {}
    }
  }

  private void endedBeforeAnswer() {
    UpstreamConnection gone = present(connection);
    if (outcome.hasAnswer() || !outgoing.repeatable()) {
      failUpstream(ProxyFailure.UPSTREAM_RESET, "closed the connection before its answer");
      return;
    }
    // A reused connection that closed before any byte of the answer, a method that may be repeated,
    // nothing of a body sent: the one case in which a request that has gone out is sent again.
    connection = null;
    gone.abandon();
    if (!loop.pools.leaseAgain(present(plan), verdict.side(), gone.endpoint(), true, lease)) {
      failUpstream(ProxyFailure.UPSTREAM_RESET, "closed the connection before its answer");
      return;
    }
    sentAgain = true;
    outcome.retries(gone.endpoint());
    outgoing.repeat(loop.allocator);
    phase = Phase.CONNECTING;
    loop.pools.connect(present(lease.endpoint()), this);
  }

  @Override
  public void timedOut() {
    if (phase == Phase.TUNNEL) {
      tunnelOver();
    } else if (phase == Phase.WAITING && clientOwes()) {
      // Who still waits for the rest of a request need not answer. What the client may take for it
      // is bounded where it is read; the origin's time begins with the next that comes.
      present(connection).expectBy(loop.ticker.nanos() + settings.firstByteTimeout().toNanos());
    } else {
      failUpstream(ProxyFailure.UPSTREAM_TIMEOUT, "took too long");
    }
  }

  private boolean clientOwes() {
    return !requestComplete && !requestPaused && !awaitsContinue;
  }

  /** The client is gone: its request is of use to nobody. */
  public void clientGone() {
    if (underWay()) {
      if (phase != Phase.TUNNEL) {
        // Of a tunnel nobody can say that it was over too early.
        outcome.clientLeft(answerBegun());
      }
      dropUpstream();
      over();
    }
  }

  /** The client can be sent more, or no more. */
  public void clientWritabilityChanged() {
    UpstreamConnection from = connection;
    if (from == null || !answerBegun()) {
      return;
    }
    if (client.writable()) {
      from.resume();
      long patience =
          phase == Phase.TUNNEL ? TUNNEL_IDLE_NANOS : settings.betweenBytesTimeout().toNanos();
      from.expectBy(loop.ticker.nanos() + patience);
    } else {
      // Now it is the client that is waited for.
      from.expectNothing();
      from.pause();
    }
  }

  /** The request's body is refused, or took too long: answered if that is still possible. */
  public void requestFails(ProxyFailure failure) {
    if (answerBegun()) {
      outcome.fails(failure);
      dropUpstream();
      over();
      client.cut();
    } else if (underWay()) {
      fail(failure);
    }
  }

  private void failUpstream(ProxyFailure failure, String what) {
    Endpoint endpoint = lease.endpoint();
    FailureKind kind = failure.upstream();
    if (endpoint != null && kind != null) {
      loop.upstreams.failed(endpoint, kind, "The endpoint " + what + ".");
    }
    if (answerBegun()) {
      outcome.fails(failure);
      dropUpstream();
      over();
      client.cut();
    } else {
      fail(failure);
    }
  }

  private void fail(ProxyFailure failure) {
    outcome.fails(failure);
    // No cache keeps it, and whoever has been given a side by now is to keep that.
    answerItself(loop.failures.of(failure, page, verb.safe(), settings), verdict.cookie());
  }

  private void answerItself(OwnAnswer answer, byte @Nullable [] cookie) {
    outcome.status(answer.status());
    outcome.bodySent(verb == Verb.HEAD ? 0 : answer.content().length);
    dropUpstream();
    over();
    verdict.addFields(cookie, loop.extra);
    client.answerItself(answer, loop.extra);
  }

  /**
   * Tells of a request that is refused before it is one. Only while none is under way.
   *
   * @param method as far as it could be read
   * @param head what has come of it; stays the caller's
   * @param startedNanos when its first byte came
   */
  public void refused(
      ProxyFailure failure,
      OwnAnswer answer,
      Verb method,
      @Nullable ByteBuf head,
      long startedNanos) {
    TrafficPlan present = loop.plan.get();
    verdict.reset(present, settings, facts.secure());
    outcome.begin(method, startedNanos);
    outcome.fails(failure);
    outcome.status(answer.status());
    outcome.bodySent(method == Verb.HEAD ? 0 : answer.content().length);
    if (loop.observer.wantsText()) {
      int length = head == null ? 0 : Math.min(head.readableBytes(), MAX_TOLD);
      byte[] line = new byte[length];
      if (head != null) {
        head.getBytes(head.readerIndex(), line);
      }
      Transcript.ofRefused(line, length, facts, client.protocol(), outcome.keep());
    }
    loop.observer.onRefusal(outcome);
  }

  private void dropUpstream() {
    UpstreamConnection from = connection;
    if (from != null) {
      connection = null;
      from.abandon();
    }
  }

  /** Gives back all that is held, and reports. */
  private void over() {
    phase = Phase.OVER;
    outcome.asked(lease.endpoint());
    qa = null;
    form = null;
    lease.close();
    outgoing.release();
    incoming.release();
    if (requestPaused) {
      // What is left of the request's body is the client's end to drain.
      requestPaused = false;
      client.resumeRequest();
    }
    loop.observer.onExchange(outcome);
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("An exchange is in a phase that it can't be in.");
    }
    return value;
  }
}
