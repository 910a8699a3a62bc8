package dev.crossfade.upstream;

import dev.crossfade.plan.Probe;
import dev.crossfade.plan.UpstreamSpec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Probes over the network, each on a connection of its own. Confined to one event loop. */
final class NettyProber implements Prober {
  /** Most of an answer's body that is searched. */
  private static final int SEARCHED = 64 * 1024;

  private final Connector connector;
  private final EventLoop loop;
  private final Function<UpstreamSpec, Prepared> prepared;

  NettyProber(Connector connector, EventLoop loop, Function<UpstreamSpec, Prepared> prepared) {
    this.connector = connector;
    this.loop = loop;
    this.prepared = prepared;
  }

  @Override
  public void probe(Endpoint endpoint, UpstreamSpec spec, Answer answer) {
    Probe asked = spec.probe();
    if (asked == null) {
      connect(endpoint, spec, answer);
    } else {
      ask(endpoint, spec, asked, new Once(answer));
    }
  }

  /** Connects, and closes again. */
  private void connect(Endpoint endpoint, UpstreamSpec spec, Answer answer) {
    connector.connect(
        loop,
        endpoint,
        prepared.apply(spec),
        null,
        ChannelInboundHandlerAdapter::new,
        new Connector.Result<ChannelInboundHandlerAdapter>() {
          @Override
          public void reached(Channel channel, ChannelInboundHandlerAdapter handler) {
            channel.close();
            answer.good();
          }

          @Override
          public void failed(Throwable cause) {
            answer.unreachable(FailedConnect.of(endpoint, cause));
          }
        });
  }

  private void ask(Endpoint endpoint, UpstreamSpec spec, Probe probe, Once answer) {
    connector.connect(
        loop,
        endpoint,
        prepared.apply(spec),
        null,
        () -> new Asking(probe, answer),
        new Connector.Result<Asking>() {
          @Override
          public void reached(Channel channel, Asking asking) {
            answer.within(channel, probe);
            channel.writeAndFlush(request(endpoint, spec, probe));
          }

          @Override
          public void failed(Throwable cause) {
            answer.unreachable(FailedConnect.of(endpoint, cause));
          }
        });
  }

  private static DefaultFullHttpRequest request(Endpoint endpoint, UpstreamSpec spec, Probe probe) {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, probe.path());
    String host = probe.host() != null ? probe.host() : spec.host();
    request
        .headers()
        .set(
            HttpHeaderNames.HOST,
            host != null
                ? host
                : endpoint.address().isUnix() ? "localhost" : endpoint.address().toString())
        .set(HttpHeaderNames.USER_AGENT, "crossfade-probe")
        .set(HttpHeaderNames.ACCEPT, "*/*")
        .set(HttpHeaderNames.CONNECTION, "close");
    return request;
  }

  /** The pipeline of one probe. */
  private static final class Asking extends ChannelInitializer<Channel> {
    private final Probe probe;
    private final Once answer;

    Asking(Probe probe, Once answer) {
      this.probe = probe;
      this.answer = answer;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.pipeline().addLast(new HttpClientCodec(), new Reading(probe, answer));
    }
  }

  /** Reads the answer as far as it must. */
  private static final class Reading extends SimpleChannelInboundHandler<HttpObject> {
    private final Probe probe;
    private final Once answer;
    private final StringBuilder body = new StringBuilder();

    /** Byte by byte, as the body is read: a character may come in two parts. */
    private final @Nullable String sought;

    Reading(Probe probe, Once answer) {
      this.probe = probe;
      this.answer = answer;
      String text = probe.body();
      this.sought =
          text == null
              ? null
              : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (part.decoderResult().isFailure()) {
        answer.bad("The probe's answer is no HTTP.");
      } else if (part instanceof HttpResponse head) {
        judge(head.status().code());
      } else if (part instanceof HttpContent content) {
        search(content);
      }
      if (answer.isOver()) {
        ctx.close();
      }
    }

    private void judge(int status) {
      if (status >= 100 && status < 200) {
        return;
      }
      if (status < probe.leastStatus() || status > probe.mostStatus()) {
        answer.bad("The probe was answered with " + status + ".");
      } else if (sought == null) {
        answer.good();
      }
    }

    private void search(HttpContent content) {
      if (sought == null) {
        return;
      }
      if (body.length() < SEARCHED) {
        body.append(content.content().toString(StandardCharsets.ISO_8859_1));
      }
      if (body.indexOf(sought) >= 0) {
        answer.good();
      } else if (content instanceof LastHttpContent || body.length() >= SEARCHED) {
        answer.bad("The probe's answer has not the expected text in it.");
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        // More will never come; what its end has completed is judged by now.
        ctx.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (answer.asked()) {
        answer.bad("The probe's connection was closed without an answer.");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (answer.asked()) {
        answer.bad("The probe broke off: " + UpstreamPools.text(cause));
      }
      ctx.close();
    }
  }

  /** Passes on the first word, and no other. */
  private static final class Once implements Answer {
    private final Answer answer;
    private boolean over;
    private @Nullable Future<?> deadline;

    Once(Answer answer) {
      this.answer = answer;
    }

    boolean isOver() {
      return over;
    }

    /** Whether the question is out: until then, it is the connect that may fail. */
    boolean asked() {
      return deadline != null;
    }

    void within(Channel channel, Probe probe) {
      deadline =
          channel
              .eventLoop()
              .schedule(
                  () -> {
                    bad("The probe was not answered in time.");
                    channel.close();
                  },
                  probe.timeout().toMillis(),
                  TimeUnit.MILLISECONDS);
    }

    private boolean first() {
      boolean first = !over;
      over = true;
      if (deadline != null) {
        deadline.cancel(false);
      }
      return first;
    }

    @Override
    public void good() {
      if (first()) {
        answer.good();
      }
    }

    @Override
    public void unreachable(FailedConnect failed) {
      if (first()) {
        answer.unreachable(failed);
      }
    }

    @Override
    public void bad(String why) {
      if (first()) {
        answer.bad(why);
      }
    }
  }
}
