package dev.crossfade.forward;

import dev.crossfade.http.ChunkScanner;
import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.Verb;
import dev.crossfade.net.HeldBytes;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.split.Splitter;
import dev.crossfade.split.Visitor;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.Method;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.upstream.ConnectionUser;
import dev.crossfade.upstream.Endpoint;
import dev.crossfade.upstream.Lease;
import dev.crossfade.upstream.ProxiedClient;
import dev.crossfade.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
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
 * request's body may still come in while its answer goes out, and even when that is over.
 *
 * <p>Belongs to one client connection (in HTTP/2: to one stream), serves one request after the
 * other, and is confined to their event loop.
 */
public final class Exchange implements ConnectionUser, ExchangeOutcome {
  private enum Phase {
    IDLE,
    CONNECTING,
    WAITING,
    ANSWERING,
    TUNNEL,
    OVER
  }

  /** The client left before an answer began; nginx's number for it, never sent. */
  private static final int CLIENT_LEFT = 499;

  /** Interim answers to one request; an origin that sends more is not sane. */
  private static final int MAX_INTERIM = 32;

  /** An hour: a WebSocket that has been silent for longer is taken for dead. */
  private static final long TUNNEL_IDLE_NANOS = 3_600_000_000_000L;

  /** Most of a head fits; only where it does not, more is copied. */
  private static final int FIRST_LOOK = 2 * 1024;

  private static final byte[] SET_COOKIE = ascii("Set-Cookie");
  private static final byte[] VARIANT = ascii("X-Crossfade-Variant");
  private static final byte[] REASON = ascii("X-Crossfade-Reason");
  private static final byte[] BUCKET = ascii("X-Crossfade-Bucket");

  private final LoopForwarding loop;
  private final ClientEnd client;
  private final Lease lease = new Lease();
  private final ChunkScanner chunks = new ChunkScanner();
  private final Visitor visitor = new Visitor();

  private Phase phase = Phase.IDLE;

  // Who asks. Connections may outlive a configuration, so trust is judged anew with each.
  private ClientFacts facts;
  private @Nullable TrustedProxies judgedBy;

  // The request.
  private @Nullable TrafficPlan plan;
  private ForwardSettings settings;
  private @Nullable Assignment assignment;
  private Verb verb = Verb.OTHER;
  private long started;
  private boolean hasBody;
  private boolean requestComplete;
  private boolean requestPaused;
  private @Nullable String upgradeAsked;
  private boolean acceptsHtml;
  private boolean wantsInterim;
  private boolean debug;
  private boolean wantsCookie;
  private boolean first;
  private @Nullable Side movedFrom;

  // On its way to the upstream.
  private @Nullable UpstreamConnection connection;
  private @Nullable ByteBuf head;
  private @Nullable Queue<ByteBuf> held;
  private boolean unflushed;
  private boolean retried;
  private long sentAt;

  // The answer.
  private @Nullable ByteBuf partialHead;
  private int interims;
  private int status;
  private long upstreamNanos;
  private @Nullable RejectCause rejected;
  private ResponseHead.Body body = ResponseHead.Body.NONE;
  private long remaining;
  private boolean reusable;
  private boolean dataOnly;
  private boolean originEnded;
  private boolean clientEnded;

  /** An exchange for a client's end. */
  public Exchange(LoopForwarding loop, ClientEnd client) {
    this.loop = loop;
    this.client = client;
    this.facts = client.client();
    this.settings = loop.settings.apply(loop.plan.get());
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
    if (verb == Verb.CONNECT || verb == Verb.TRACE) {
      fail(ProxyFailure.METHOD);
      return;
    }
    if (settings.maxBody() > 0 && request.contentLength() > settings.maxBody()) {
      fail(ProxyFailure.BODY_TOO_LARGE);
      return;
    }
    Assignment decided = decide(present, request);
    SplitSettings.Upgrade upgrade = present.splitter().settings().upgrade();
    if (QaPages.serves(upgrade, request)) {
      answerPage(present, upgrade, request);
    } else if (present.state().maintenance().freezeWrites() && !verb.safe()) {
      fail(ProxyFailure.FROZEN);
    } else if (present.state().maintenance().closes(decided.side())
        && !passesMaintenance(present, decided)) {
      fail(ProxyFailure.MAINTENANCE);
    } else if (!lease(present, decided)) {
      fail(lease.overloaded() ? ProxyFailure.OVERLOADED : ProxyFailure.NO_ENDPOINT);
    } else {
      writeHead(present, request);
      connect();
    }
  }

  private boolean lease(TrafficPlan present, Assignment decided) {
    lease.key(decided.bucket());
    return loop.pools.lease(present, decided.side(), lease);
  }

  private void reset(TrafficPlan present, RequestHead request, long startedNanos) {
    phase = Phase.IDLE;
    plan = present;
    settings = loop.settings.apply(present);
    judge(loop.trusted.apply(present));
    assignment = null;
    verb = request.verb();
    started = startedNanos;
    hasBody = request.hasBody();
    requestComplete = !hasBody;
    requestPaused = false;
    upgradeAsked =
        RequestRewrite.passesUpgrade(request) ? upgrade(request.bytes(), request.fields()) : null;
    acceptsHtml = Accepts.html(request);
    wantsInterim = !request.http10();
    wantsCookie = false;
    first = false;
    movedFrom = null;
    retried = false;
    interims = 0;
    status = 0;
    upstreamNanos = -1;
    rejected = null;
    originEnded = false;
    clientEnded = false;
    debug = settings.debugHeaders() == ForwardSettings.DebugHeaders.ALWAYS;
  }

  private void judge(TrustedProxies trusted) {
    if (trusted != judgedBy) {
      judgedBy = trusted;
      facts = facts.trusted(trusted.trusts(facts.address()));
    }
  }

  private Assignment decide(TrafficPlan present, RequestHead request) {
    Decider decider = loop.decider;
    byte[] address = present(judgedBy).clientAddress(request, facts);
    Assignment decided = decider.decide(present, request, address, visitor);
    assignment = decided;
    Splitter splitter = present.splitter();
    if (decided.reason() != Reason.RULE) {
      splitter.settle(visitor, decided, present.state().epoch());
    }
    wantsCookie = splitter.wantsCookie(visitor, decided, present.state().epoch());
    first = decided.reason() == Reason.FIRST;
    movedFrom = visitor.movedFrom();
    if (settings.debugHeaders() == ForwardSettings.DebugHeaders.UPGRADE) {
      debug = splitter.upgraded(visitor);
    }
    return decided;
  }

  /** The upgrade cookie does, also where a rule has decided the side. */
  private boolean passesMaintenance(TrafficPlan present, Assignment decided) {
    return decided.reason() == Reason.UPGRADE
        || present.state().upgradeHonoured() && present.splitter().upgraded(visitor);
  }

  private void answerPage(TrafficPlan present, SplitSettings.Upgrade upgrade, RequestHead request) {
    Assignment without = present(assignment);
    Splitter splitter = present.splitter();
    if (without.reason() == Reason.UPGRADE) {
      // Asked again as if the cookie were gone, since that is what the page makes true.
      visitor.upgrade(Visitor.ABSENT, Visitor.ABSENT);
      without =
          splitter.assign(visitor, present.state().threshold(), present.state().epoch(), false);
    }
    byte[] cookie =
        splitter.wantsCookie(visitor, without, present.state().epoch())
            ? splitter.setCookie(visitor, without, present.state().epoch(), facts.secure())
            : null;
    // The page names a side, so who has none yet gets the cookie that keeps them there.
    answerItself(
        QaPages.answer(
            upgrade, request, without.side(), present.state().upgradeHonoured(), facts.secure()),
        cookie);
  }

  private void writeHead(TrafficPlan present, RequestHead request) {
    ByteBuf out =
        loop.allocator.directBuffer(request.end() - request.start() + RequestRewrite.ADDED);
    head = out;
    byte[] host = loop.hosts.of(present, present(assignment).side());
    loop.rewrite.write(request, facts, host, loop.decider.cookies(), upgradeAsked != null, out);
  }

  private void connect() {
    phase = Phase.CONNECTING;
    boolean repeatable = verb.idempotent() && !hasBody && !retried;
    UpstreamConnection idle = loop.pools.connection(present(lease.endpoint()), this, repeatable);
    if (idle != null) {
      send(idle);
    }
  }

  private void send(UpstreamConnection to) {
    connection = to;
    phase = Phase.WAITING;
    ByteBuf toSend = present(head);
    if (to.reused() && verb.idempotent() && !hasBody && !retried) {
      // Kept until the answer begins: the origin may be closing this connection at this moment.
      toSend.retain();
    } else {
      head = null;
    }
    to.write(toSend);
    if (held != null) {
      for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
        to.write(bytes);
      }
    }
    unflushed = true;
    sentAt = loop.ticker.nanos();
    to.expectBy(sentAt + settings.firstByteTimeout().toNanos());
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
    if (!retried
        && loop.pools.leaseAgain(
            present(plan), present(assignment).side(), endpoint, false, lease)) {
      retried = true;
      connect();
      flushRequest();
    } else {
      fail(ProxyFailure.CONNECT_FAILED);
    }
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
    UpstreamConnection to = connection;
    if (phase == Phase.CONNECTING) {
      hold(bytes);
    } else if (to == null) {
      bytes.release();
    } else {
      to.write(bytes);
      unflushed = true;
      if (phase == Phase.WAITING) {
        to.expectBy(loop.ticker.nanos() + settings.firstByteTimeout().toNanos());
      }
      upstreamTakesMore();
    }
  }

  private void hold(ByteBuf bytes) {
    if (held == null) {
      held = new ArrayDeque<>(4);
    }
    held.add(HeldBytes.of(bytes, loop.allocator));
    pauseRequest();
  }

  /** The request's body is complete. */
  public void requestEnds() {
    requestComplete = true;
  }

  /** Flushes what was written to the upstream. */
  public void flushRequest() {
    if (unflushed) {
      unflushed = false;
      if (connection != null) {
        connection.flush();
      }
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
    return settings.maxBody();
  }

  /** Whether a request is under way: its answer is not over. */
  public boolean underWay() {
    return phase != Phase.IDLE && phase != Phase.OVER;
  }

  /** Whether the head of the final answer has been passed on. */
  public boolean answerBegun() {
    return phase == Phase.ANSWERING || phase == Phase.TUNNEL;
  }

  // ---- the answer -------------------------------------------------------------------------------

  @Override
  public void received(ByteBuf bytes) {
    switch (phase) {
      case WAITING -> answerHead(bytes);
      case ANSWERING -> answerBody(bytes);
      case TUNNEL -> {
        present(connection).expectBy(loop.ticker.nanos() + TUNNEL_IDLE_NANOS);
        client.body(bytes);
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
    ByteBuf all = bytes;
    if (partialHead != null) {
      all = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(loop.allocator, partialHead, bytes);
      partialHead = null;
    }
    while (phase == Phase.WAITING) {
      int end = scan(all);
      if (end == ResponseHead.REFUSED) {
        all.release();
        failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent an answer that is not valid");
        return;
      }
      if (end == ResponseHead.INCOMPLETE) {
        keepPartial(all);
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
    if (upstreamNanos < 0) {
      upstreamNanos = now - sentAt;
      // From here on the request has been taken, and is never sent again.
      releaseHead();
    }
  }

  private int scan(ByteBuf all) {
    int readable = Math.min(all.readableBytes(), LoopForwarding.MAX_ANSWER_HEAD);
    int look = Math.min(readable, FIRST_LOOK);
    byte[] b = loop.answerBytes(look);
    all.getBytes(all.readerIndex(), b, 0, look);
    int end = loop.answer.scan(b, 0, look, verb);
    if (end == ResponseHead.INCOMPLETE && look < readable) {
      b = loop.answerBytes(readable);
      all.getBytes(all.readerIndex(), b, 0, readable);
      end = loop.answer.scan(b, 0, readable, verb);
    }
    return end;
  }

  private void keepPartial(ByteBuf all) {
    if (all.readableBytes() >= LoopForwarding.MAX_ANSWER_HEAD) {
      all.release();
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent a head that is too large");
    } else if (all.isReadable()) {
      partialHead = HeldBytes.of(all, loop.allocator);
    } else {
      all.release();
    }
  }

  /** RFC 9110 §15.2: passed on, but not to an HTTP/1.0 client. */
  private @Nullable ByteBuf interim(ByteBuf all, int end) {
    if (++interims > MAX_INTERIM) {
      all.release();
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent interim answers without end");
      return null;
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
    status = answer.status();
    body = answer.body();
    reusable = answer.persistent();
    remaining = answer.contentLength();
    phase = Phase.ANSWERING;
    addFields(answer);
    learn(answer);
    if (body == ResponseHead.Body.CHUNKED) {
      chunks.reset();
    }
    dataOnly = body == ResponseHead.Body.CHUNKED && !client.takesChunks();
    int bodyStart = all.readerIndex() + end;
    if (dataOnly) {
      client.answer(answer, loop.extra, all.retainedSlice(all.readerIndex(), end));
      all.readerIndex(bodyStart);
      answerBody(all);
      return;
    }
    boolean complete = bound(all, bodyStart);
    if (body == ResponseHead.Body.CHUNKED && chunks.problem() != null) {
      // Nothing has been passed on yet, so the client can still be told.
      phase = Phase.WAITING;
      all.release();
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent chunks that are not valid");
      return;
    }
    // For the rest of this answer, and as the best guess for the next one on this connection.
    present(connection).expectBytes(answer.contentLength());
    client.answer(answer, loop.extra, all);
    afterBody(complete);
  }

  private void answerBody(ByteBuf bytes) {
    present(connection).expectBy(loop.ticker.nanos() + settings.betweenBytesTimeout().toNanos());
    if (dataOnly) {
      int end =
          chunks.scan(
              bytes,
              bytes.readerIndex(),
              bytes.writerIndex(),
              (buffer, from, to) -> client.body(buffer.retainedSlice(from, to - from)));
      reusable &= end == bytes.writerIndex();
      bytes.release();
      afterBody(chunks.done());
      return;
    }
    boolean complete = bound(bytes, bytes.readerIndex());
    if (body == ResponseHead.Body.CHUNKED && chunks.problem() != null) {
      // Nothing of it goes on, lest a lenient client finds an end in it.
      bytes.writerIndex(bytes.readerIndex());
    }
    if (bytes.isReadable()) {
      client.body(bytes);
    } else {
      bytes.release();
    }
    afterBody(complete);
  }

  /**
   * Cuts the buffer off behind the last byte that belongs to this answer: what an origin sends
   * beyond is no answer to anybody, and its connection is not used again.
   *
   * @return whether the body is complete
   */
  private boolean bound(ByteBuf bytes, int from) {
    int to = bytes.writerIndex();
    int end =
        switch (body) {
          case NONE -> from;
          case LENGTH -> from + (int) Math.min(remaining, to - from);
          case CHUNKED -> chunks.scan(bytes, from, to, null);
          case UNTIL_CLOSE -> to;
        };
    if (end < to) {
      reusable = false;
      bytes.writerIndex(end);
    }
    return switch (body) {
      case NONE -> true;
      case LENGTH -> {
        remaining -= end - from;
        yield remaining == 0;
      }
      case CHUNKED -> chunks.done();
      case UNTIL_CLOSE -> false;
    };
  }

  private void afterBody(boolean complete) {
    if (body == ResponseHead.Body.CHUNKED && chunks.problem() != null) {
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "sent chunks that are not valid");
    } else if (complete) {
      answerComplete();
    }
  }

  private void answerComplete() {
    UpstreamConnection from = present(connection);
    connection = null;
    loop.upstreams.answered(from.endpoint(), status);
    if (reusable && requestComplete && !originEnded) {
      from.release();
    } else {
      from.abandon();
    }
    over();
    client.answerEnds();
  }

  private void addFields(ResponseHead answer) {
    ExtraFields extra = loop.extra;
    extra.clear();
    TrafficPlan present = present(plan);
    if (wantsCookie && !SharedCaching.mayStore(answer)) {
      extra.add(
          SET_COOKIE,
          present
              .splitter()
              .setCookie(visitor, present(assignment), present.state().epoch(), facts.secure()));
    }
    addDebugFields(extra);
  }

  private void addDebugFields(ExtraFields extra) {
    Assignment decided = assignment;
    if (debug && decided != null) {
      extra.add(VARIANT, loop.text.of(decided.side()));
      extra.add(REASON, loop.text.of(decided.reason()));
      if (decided.bucket() != Assignment.NO_BUCKET) {
        extra.add(BUCKET, loop.text.of(decided.bucket()));
      }
    }
  }

  private void learn(ResponseHead answer) {
    FieldTable fields = answer.fields();
    for (int i = fields.find(FieldName.SET_COOKIE, 0);
        i >= 0;
        i = fields.find(FieldName.SET_COOKIE, i + 1)) {
      TrafficPlan present = present(plan);
      present
          .splitter()
          .learn(
              answer.bytes(),
              fields.valueStart(i),
              fields.valueEnd(i),
              visitor,
              present(assignment),
              present.state().epoch());
    }
  }

  // ---- another protocol -------------------------------------------------------------------------

  private void switchProtocols(ByteBuf all, int end) {
    if (!wasAskedFor(loop.answer)) {
      all.release();
      failUpstream(ProxyFailure.UPSTREAM_PROTOCOL, "switched protocols unasked");
      return;
    }
    status = 101;
    phase = Phase.TUNNEL;
    loop.upstreams.answered(present(connection).endpoint(), status);
    present(connection).expectBy(loop.ticker.nanos() + TUNNEL_IDLE_NANOS);
    addFields(loop.answer);
    client.switchProtocols(loop.answer, loop.extra);
    all.skipBytes(end);
    if (all.isReadable()) {
      client.body(all);
    } else {
      all.release();
    }
  }

  /** RFC 9110 §7.8: a server must not switch to a protocol that the client has not named. */
  private boolean wasAskedFor(ResponseHead answer) {
    String chosen = upgrade(answer.bytes(), answer.fields());
    String asked = upgradeAsked;
    if (asked == null || chosen == null) {
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
        if (body == ResponseHead.Body.UNTIL_CLOSE && !broken) {
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
    boolean untouched = upstreamNanos < 0 && head != null;
    if (!untouched) {
      failUpstream(ProxyFailure.UPSTREAM_RESET, "closed the connection before its answer");
      return;
    }
    // A reused connection that closed before any byte of the answer, a method that may be repeated,
    // nothing of a body sent: the one case in which a request that has gone out is sent again.
    retried = true;
    connection = null;
    gone.abandon();
    head = copyOf(present(head));
    if (!loop.pools.leaseAgain(
        present(plan), present(assignment).side(), gone.endpoint(), true, lease)) {
      failUpstream(ProxyFailure.UPSTREAM_RESET, "closed the connection before its answer");
      return;
    }
    phase = Phase.CONNECTING;
    loop.pools.connect(present(lease.endpoint()), this);
  }

  /** Of its own, since the one that went out may still be held, and moved on, by a write. */
  private ByteBuf copyOf(ByteBuf sent) {
    ByteBuf copy = loop.allocator.directBuffer(sent.writerIndex());
    copy.writeBytes(sent, 0, sent.writerIndex());
    sent.release();
    return copy;
  }

  @Override
  public void timedOut() {
    if (phase == Phase.TUNNEL) {
      tunnelOver();
    } else {
      failUpstream(ProxyFailure.UPSTREAM_TIMEOUT, "took too long");
    }
  }

  /** The client is gone: its request is of use to nobody. */
  public void clientGone() {
    if (underWay()) {
      if (!answerBegun()) {
        status = CLIENT_LEFT;
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
      from.expectBy(loop.ticker.nanos() + settings.betweenBytesTimeout().toNanos());
      from.resume();
    } else {
      // Now it is the client that is waited for.
      from.expectNothing();
      from.pause();
    }
  }

  /** The request's body is refused, or took too long: answered if that is still possible. */
  public void requestFails(ProxyFailure failure) {
    if (answerBegun()) {
      rejected = failure.cause();
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
      dropUpstream();
      over();
      client.cut();
    } else {
      fail(failure);
    }
  }

  private void fail(ProxyFailure failure) {
    rejected = failure.cause();
    answerItself(OwnAnswer.to(failure, null, acceptsHtml, settings.retryAfter().toSeconds()), null);
  }

  private void answerItself(OwnAnswer answer, byte @Nullable [] cookie) {
    status = answer.status();
    dropUpstream();
    over();
    loop.extra.clear();
    if (cookie != null) {
      loop.extra.add(SET_COOKIE, cookie);
    }
    addDebugFields(loop.extra);
    client.answerItself(answer, loop.extra);
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
    lease.close();
    releaseHead();
    if (partialHead != null) {
      partialHead.release();
      partialHead = null;
    }
    if (held != null) {
      for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
        bytes.release();
      }
    }
    unflushed = false;
    if (requestPaused) {
      // What is left of the request's body is the client's end to drain.
      requestPaused = false;
      client.resumeRequest();
    }
    loop.observer.onExchange(this);
  }

  private void releaseHead() {
    ByteBuf unsent = head;
    if (unsent != null) {
      head = null;
      unsent.release();
    }
  }

  // ---- the outcome ------------------------------------------------------------------------------

  @Override
  public @Nullable Side side() {
    return assignment == null ? null : assignment.side();
  }

  @Override
  public @Nullable Reason reason() {
    return assignment == null ? null : assignment.reason();
  }

  @Override
  public Method method() {
    return loop.text.method(verb);
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public long durationNanos() {
    return loop.ticker.nanos() - started;
  }

  @Override
  public long upstreamNanos() {
    return upstreamNanos;
  }

  @Override
  public boolean retried() {
    return retried;
  }

  @Override
  public boolean firstAssignment() {
    return first;
  }

  @Override
  public @Nullable Side movedFrom() {
    return movedFrom;
  }

  @Override
  public @Nullable RejectCause rejected() {
    return rejected;
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("An exchange is in a phase that it can't be in.");
    }
    return value;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
