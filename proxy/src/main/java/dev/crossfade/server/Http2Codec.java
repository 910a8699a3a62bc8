package dev.crossfade.server;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/**
 * Netty's HTTP/2 codec as it is used here, for one connection of a client: frames, compression of
 * fields, flow control, and what the client is told of our settings.
 *
 * @param announced our SETTINGS
 * @param key under which a stream has its {@link Http2ClientStream}
 */
record Http2Codec(
    Http2ConnectionDecoder decoder,
    Http2ConnectionEncoder encoder,
    Http2Settings announced,
    PropertyKey key) {

  /** How much of one request's body a client may send before the origin takes it. */
  private static final int STREAM_WINDOW = 256 * 1024;

  /** Of a part of the window that is used up, the client is told. */
  private static final float WINDOW_UPDATE_RATIO = 0.5f;

  /** Of small pieces in which a head comes; more are an attack. */
  private static final int MOST_SMALL_CONTINUATIONS = 16;

  static Http2Codec of(LoopServing loop, ServerSettings.Limits limits) {
    DefaultHttp2Connection streams = new DefaultHttp2Connection(true, 0);
    PropertyKey key = streams.newKey();
    streams
        .local()
        .flowController(new DefaultHttp2LocalFlowController(streams, WINDOW_UPDATE_RATIO, true));
    streams
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                streams, new Shares(new UniformStreamByteDistributor(streams), key)));
    Http2ConnectionEncoder encoder =
        new DefaultHttp2ConnectionEncoder(streams, new DefaultHttp2FrameWriter(fieldsEncoder()));
    Http2ConnectionDecoder decoder =
        new DefaultHttp2ConnectionDecoder(
            streams,
            encoder,
            new DefaultHttp2FrameReader(
                new Http2FieldsDecoder(streams, loop), MOST_SMALL_CONTINUATIONS),
            Http2PromisedRequestVerifier.ALWAYS_VERIFY,
            true,
            true,
            false);
    Http2Settings announced =
        new Http2Settings()
            .maxConcurrentStreams(limits.streams())
            .initialWindowSize(STREAM_WINDOW)
            .maxHeaderListSize(limits.head());
    return new Http2Codec(decoder, encoder, announced, key);
  }

  /**
   * Without a table of its own: answers then share nothing that would have to be kept and looked
   * up, and nothing that one answer's secrets could be guessed by from the length of the next.
   */
  private static Http2HeadersEncoder fieldsEncoder() {
    DefaultHttp2HeadersEncoder encoder =
        new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true, 2) {
          @Override
          public void maxHeaderTableSize(long max) throws Http2Exception {
            // However much the client would allow.
            super.maxHeaderTableSize(0);
          }
        };
    try {
      encoder.maxHeaderTableSize(0);
    } catch (Http2Exception e) {
      throw new IllegalStateException("Zero is a size that RFC 7541 allows.", e);
    }
    return encoder;
  }

  /** Shares the client's window out evenly, and tells each stream how much of it waits for that. */
  private record Shares(StreamByteDistributor even, PropertyKey key)
      implements StreamByteDistributor {
    @Override
    public void updateStreamableBytes(StreamState state) {
      even.updateStreamableBytes(state);
      Http2ClientStream stream = state.stream().getProperty(key);
      if (stream != null) {
        stream.pending(state.pendingBytes());
      }
    }

    /** RFC 9113 §5.3.2 has deprecated priorities. */
    @Override
    public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {}

    @Override
    public boolean distribute(int maxBytes, Writer writer) throws Http2Exception {
      return even.distribute(maxBytes, writer);
    }
  }
}
