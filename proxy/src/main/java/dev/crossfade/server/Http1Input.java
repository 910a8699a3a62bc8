package dev.crossfade.server;

import dev.crossfade.net.HeldBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ByteProcessor;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * What has come in of a client in HTTP/1 and has not been read yet: a head in pieces, or requests
 * that were sent ahead. Owns the bytes, and remembers how far a head in them has been looked
 * through. Belongs to one connection and is confined to its event loop.
 */
final class Http1Input {
  private static final ByteProcessor NOT_CONTROL =
      c -> c < 0 || c >= 0x20 && c != 0x7f || c == '\t';

  /** Before one request; as many as the head's scanner passes over. */
  private static final int MAX_EMPTY_LINES = 2;

  private static final int EMPTY_LINE = 2;

  private final ServerSettings.Limits limits;
  private @Nullable ByteBuf bytes;
  private int searched;
  private int emptyLines;

  Http1Input(ServerSettings.Limits limits) {
    this.limits = limits;
  }

  /**
   * More has come in.
   *
   * @param more taken over
   */
  void add(ByteBuf more, ByteBufAllocator allocator) {
    ByteBuf present = bytes;
    bytes =
        present == null
            ? more
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, present, more);
  }

  /** What is there, still owned here; null or empty if nothing is. */
  @Nullable ByteBuf bytes() {
    return bytes;
  }

  /** Whether anything is there. */
  boolean isReadable() {
    return bytes != null && bytes.isReadable();
  }

  /** How much is there. */
  int length() {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  /** All of it, which is the caller's from now on; null if nothing is there. */
  @Nullable ByteBuf take() {
    ByteBuf taken = bytes;
    bytes = null;
    return taken;
  }

  /** None of it is wanted. */
  void drop() {
    ReferenceCountUtil.release(take());
  }

  /** It has to wait, in no more memory than it needs. */
  void hold(ByteBufAllocator allocator) {
    ByteBuf present = bytes;
    if (present != null) {
      bytes = HeldBytes.of(present, allocator);
    }
  }

  // ---- a head that comes in ---------------------------------------------------------------------

  /** What comes next is a head. */
  void beginHead() {
    searched = 0;
  }

  /** Whether a part of a head has been looked through, and the rest is waited for. */
  boolean inHead() {
    return searched > 0;
  }

  /** Whether an empty line has come before the head. */
  boolean behindEmptyLine() {
    return emptyLines > 0;
  }

  /**
   * Passes over an empty line that stands alone. Behind a request some clients send one that
   * belongs to nothing (RFC 9112 §2.2). It begins no head either, or a client that is silent then
   * would be told that it is too slow.
   */
  void skipEmptyLine() {
    ByteBuf in = bytes;
    if (in == null || searched > 0 || !isEmptyLine(in) || ++emptyLines > MAX_EMPTY_LINES) {
      return;
    }
    in.skipBytes(EMPTY_LINE);
  }

  private static boolean isEmptyLine(ByteBuf in) {
    return in.readableBytes() == EMPTY_LINE
        && in.getByte(in.readerIndex()) == '\r'
        && in.getByte(in.readerIndex() + 1) == '\n';
  }

  /**
   * Whether the head may end in what is there, if it did not before. One that comes in many pieces
   * is scanned again only when one of them brings a control character: the end of a line, which may
   * be the last or show that the head is malformed. With lines and their number bounded, so is the
   * work.
   */
  boolean mayEndHead() {
    ByteBuf in = bytes;
    if (in == null) {
      return false;
    }
    if (in.readableBytes() >= limits.head()) {
      return true;
    }
    int from = in.readerIndex() + searched;
    int last = in.writerIndex() - 1;
    int control = in.forEachByte(from, last + 1 - from, NOT_CONTROL);
    if (control >= 0 && (control < last || in.getByte(control) != '\r')) {
      return true;
    }
    // Without the end of its first line a head is only watched for its length.
    return searched < limits.requestLine() && in.readableBytes() >= limits.requestLine();
  }

  /**
   * Copies as much as a head may have.
   *
   * @param to at least that long
   * @return how much that was
   */
  int copyHead(byte[] to) {
    ByteBuf in = bytes;
    int length = Math.min(length(), limits.head());
    if (in != null) {
      in.getBytes(in.readerIndex(), to, 0, length);
    }
    return length;
  }

  /** The head does not end in what is there, which waits for the rest. */
  void awaitRestOfHead(ByteBufAllocator allocator) {
    ByteBuf in = bytes;
    if (in != null) {
      // A last CR is looked at again together with what follows it.
      int last = in.writerIndex() - 1;
      searched = Math.max(1, in.readableBytes() - (in.getByte(last) == '\r' ? 1 : 0));
      hold(allocator);
    }
  }

  /** The head was that long. */
  void endHead(int length) {
    if (bytes != null) {
      bytes.skipBytes(length);
    }
    searched = 0;
    emptyLines = 0;
  }
}
