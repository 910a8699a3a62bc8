package dev.crossfade.accesslog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files in memory, on a disk with as much room as a test gives it. */
final class DiskByHand implements LogFile {
  /** What stands in each file, in the order of their making. */
  final Map<Path, StringBuilder> files = new LinkedHashMap<>();

  final List<Channel> opened = new ArrayList<>();

  /** Bytes that still fit; then there is no space left. */
  int room = Integer.MAX_VALUE;

  /** Most bytes a write takes at a time. */
  int atATime = Integer.MAX_VALUE;

  /** Why nothing can be opened; null if it can. */
  @Nullable IOException closed;

  String text(Path file) {
    StringBuilder text = files.get(file);
    return text == null ? "" : text.toString();
  }

  /** What somebody does who rotates logs. */
  void rename(Path from, Path to) {
    files.put(to, files.remove(from));
  }

  @Override
  public GatheringByteChannel open(Path file) throws IOException {
    if (closed != null) {
      throw closed;
    }
    Channel channel = new Channel(files.computeIfAbsent(file, f -> new StringBuilder()));
    opened.add(channel);
    return channel;
  }

  /** Open as long as it is not closed; knows no {@link FileChannel#truncate}. */
  final class Channel implements GatheringByteChannel {
    private final StringBuilder text;
    private boolean open = true;

    private Channel(StringBuilder text) {
      this.text = text;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (!open) {
        throw new IOException("written to though it is closed");
      }
      if (bytes.hasRemaining() && room == 0) {
        throw new IOException("No space left on device");
      }
      int length = Math.min(Math.min(bytes.remaining(), room), atATime);
      byte[] taken = new byte[length];
      bytes.get(taken);
      text.append(new String(taken, StandardCharsets.ISO_8859_1));
      room -= length;
      return length;
    }

    @Override
    public long write(ByteBuffer[] pieces) throws IOException {
      for (ByteBuffer piece : pieces) {
        if (piece.hasRemaining()) {
          return write(piece);
        }
      }
      return 0;
    }

    @Override
    public long write(ByteBuffer[] pieces, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }
  }
}
