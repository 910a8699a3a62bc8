package dev.crossfade.server;

import dev.crossfade.http.FieldsToHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/**
 * Netty's field decoder (HPACK, RFC 7541), which hands each field on as it comes instead of
 * collecting them. It judges none: a bad field must not keep others from the decoder's table.
 */
final class Http2FieldsDecoder extends DefaultHttp2HeadersDecoder {
  /** How much larger than a head a compressed block may be before the connection ends for it. */
  private static final int EXCESS = 2;

  private static final long LEAST = 64 * 1024;

  private final Http2Connection connection;
  private final LoopServing loop;
  private final HandedOn handedOn;

  Http2FieldsDecoder(Http2Connection connection, LoopServing loop) {
    // How large a head may be is for FieldsToHead to say, whose answer is 431.
    super(false, Http2CodecUtil.MAX_HEADER_LIST_SIZE);
    this.connection = connection;
    this.loop = loop;
    this.handedOn = new HandedOn(loop.fields);
  }

  /** Looks like a collection, and keeps nothing. */
  private static final class HandedOn extends DefaultHttp2Headers {
    private final FieldsToHead to;

    HandedOn(FieldsToHead to) {
      super(false, 2);
      this.to = to;
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
      AsciiString n = AsciiString.of(name);
      AsciiString v = AsciiString.of(value);
      int nameFrom = n.arrayOffset();
      int from = v.arrayOffset();
      to.field(n.array(), nameFrom, nameFrom + n.length(), v.array(), from, from + v.length());
      return this;
    }
  }

  @Override
  public Http2Headers decodeHeaders(int streamId, ByteBuf headerBlock) throws Http2Exception {
    if (connection.stream(streamId) == null) {
      loop.fields.begin();
    } else {
      loop.fields.beginTrailers();
    }
    return super.decodeHeaders(streamId, headerBlock);
  }

  @Override
  protected Http2Headers newHeaders() {
    return handedOn;
  }

  @Override
  public long maxHeaderListSizeGoAway() {
    return Math.max(LEAST, EXCESS * (long) loop.headBytes.length);
  }

  /** Comes of the limit we announce, which is kept elsewhere. */
  @Override
  public void maxHeaderListSize(long max, long goAwayMax) {}
}
