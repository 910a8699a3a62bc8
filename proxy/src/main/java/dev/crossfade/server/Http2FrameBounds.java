package dev.crossfade.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Follows the boundaries of frames through what comes in (RFC 9113 §4.1), since the codec tells of
 * frames only when they are complete: a head that never ends must be noticed. Confined to one event
 * loop.
 */
final class Http2FrameBounds {
  private static final int TYPE = 3;
  private static final int FLAGS = 4;

  private int preface = Http2Connection.PREFACE_LENGTH;
  private int headerBytes;
  private int payload;
  private int type;
  private int flags;
  private boolean inBlock;
  private boolean headEnded;

  /**
   * Follows all that is readable, and leaves it so.
   *
   * @return whether a head has ended in it, so that another one is {@link #inHead}
   */
  boolean follow(ByteBuf bytes) {
    headEnded = false;
    int at = bytes.readerIndex();
    int to = bytes.writerIndex();
    int skipped = Math.min(preface, to - at);
    preface -= skipped;
    at += skipped;
    while (at < to) {
      if (headerBytes < Http2CodecUtil.FRAME_HEADER_LENGTH) {
        header(bytes.getUnsignedByte(at++));
      } else {
        int length = Math.min(payload, to - at);
        payload -= length;
        at += length;
      }
      if (headerBytes == Http2CodecUtil.FRAME_HEADER_LENGTH && payload == 0) {
        ends();
      }
    }
    return headEnded;
  }

  private void header(int b) {
    if (headerBytes < TYPE) {
      payload = payload << 8 | b;
    } else if (headerBytes == TYPE) {
      type = b;
    } else if (headerBytes == FLAGS) {
      flags = b;
    }
    headerBytes++;
  }

  private void ends() {
    if (isOfHead()) {
      inBlock = (flags & Http2Flags.END_HEADERS) == 0;
      headEnded |= !inBlock;
    }
    headerBytes = 0;
    payload = 0;
  }

  private boolean isOfHead() {
    return type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION;
  }

  /** Whether a part of a request's fields has come, and not all. */
  boolean inHead() {
    return inBlock || headerBytes > TYPE && isOfHead();
  }
}
