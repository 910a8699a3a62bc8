package dev.crossfade.accesslog;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;

/**
 * Standard error as a channel. Not {@code System.err}, which would take the bytes for text and
 * lock; and never closed, since the log of the process goes there too.
 */
final class StandardError implements GatheringByteChannel {
  private final FileChannel channel = new FileOutputStream(FileDescriptor.err).getChannel();

  @Override
  public long write(ByteBuffer[] lines, int offset, int length) throws IOException {
    return channel.write(lines, offset, length);
  }

  @Override
  public long write(ByteBuffer[] lines) throws IOException {
    return channel.write(lines);
  }

  @Override
  public int write(ByteBuffer line) throws IOException {
    return channel.write(line);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() {}
}
