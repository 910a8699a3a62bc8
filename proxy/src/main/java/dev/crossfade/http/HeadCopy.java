package dev.crossfade.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Copies a head with some parts left out or replaced: the runs of bytes between them are copied
 * whole. Used again; confined to one thread.
 */
public final class HeadCopy {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] COLON = {':', ' '};

  private byte[] source = CRLF;
  private int copied;
  private ByteBuf out = Unpooled.EMPTY_BUFFER;

  /**
   * Begins a copy.
   *
   * @param from where the first run begins
   * @param out written to, not released
   */
  public void begin(byte[] source, int from, ByteBuf out) {
    this.source = source;
    this.copied = from;
    this.out = out;
  }

  /** Copies all up to {@code from} and goes on behind {@code to}. */
  public void omit(int from, int to) {
    copyTo(from);
    copied = to;
  }

  /** Copies all up to there. */
  public void copyTo(int to) {
    if (to > copied) {
      out.writeBytes(source, copied, to - copied);
      copied = to;
    }
  }

  /** Writes a field; the copy must stand at the beginning of a line. */
  public void field(byte[] name, byte[] value) {
    field(name, value, 0, value.length);
  }

  /** Writes a field whose value is a range of an array. */
  public void field(byte[] name, byte[] value, int from, int to) {
    out.writeBytes(name).writeBytes(COLON).writeBytes(value, from, to - from).writeBytes(CRLF);
  }

  /** Writes whole lines, or anything else, as they are. */
  public void raw(byte[] lines) {
    out.writeBytes(lines);
  }

  /** Writes the empty line behind the fields. */
  public void end() {
    out.writeBytes(CRLF);
  }
}
