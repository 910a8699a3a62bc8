package dev.crossfade.accesslog;

import dev.crossfade.time.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines out of all rings into one file, and puts up with whatever becomes of the file.
 *
 * <p>A line leaves its ring only when it is in the file as a whole. So while the file can't be
 * written nothing is lost until a ring is full; then its event loop drops lines and counts them.
 * What has been written of a line when the disk was full is cut off again, so that no later line is
 * glued to it.
 *
 * <p>{@link #pump}, {@link #isIdle} and {@link #end} are called by one thread; all else is safe
 * from any.
 */
final class LogWriter {
  private static final Logger log = LoggerFactory.getLogger(LogWriter.class);

  /** Between two attempts at a file that can't be opened or written. */
  static final Duration RETRY = Duration.ofSeconds(1);

  private static final byte[] LINE_END = {'\n'};

  /**
   * Where lines go from some moment on.
   *
   * @param file null for nowhere
   * @param channel to it, open
   */
  private record Target(@Nullable Path file, @Nullable GatheringByteChannel channel) {}

  private final LogFile files;
  private final Ticker ticker;
  private final List<LineRing> rings = new CopyOnWriteArrayList<>();
  private final LongAdder written = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final AtomicReference<@Nullable Target> coming = new AtomicReference<>();
  private volatile boolean reopens;

  // The writing thread's own.
  private @Nullable Path file;
  private @Nullable GatheringByteChannel channel;
  private boolean opens;
  private long opensAt;
  private boolean troubled;
  private boolean torn;
  private long droppedBefore;

  LogWriter(LogFile files, Ticker ticker) {
    this.files = files;
    this.ticker = ticker;
  }

  // ---- from any thread --------------------------------------------------------------------------

  /** Lines in the file. */
  long written() {
    return written.sum();
  }

  /** Lines that are lost. */
  long dropped() {
    return dropped.sum();
  }

  /** A line is lost. */
  void drop() {
    dropped.increment();
  }

  /** Writes the lines of that ring too. */
  void add(LineRing ring) {
    rings.add(ring);
  }

  /** Opens the file anew, behind the lines that wait now. */
  void reopen() {
    reopens = true;
  }

  /**
   * Goes on in another file, behind the lines that wait now.
   *
   * @param opened to the file, taken over; null with the file for none
   */
  void goOnIn(@Nullable Path next, @Nullable GatheringByteChannel opened) {
    Target before = coming.getAndSet(new Target(next, opened));
    if (before != null) {
      closeQuietly(before.channel);
    }
  }

  // ---- the writing thread -----------------------------------------------------------------------

  /** Writes what waits, as far as it can be written now. */
  void pump() {
    boolean reopening = reopens;
    reopens = false;
    if (file == null) {
      // There is nothing to be finished first, and lines may be here already.
      takeWhatComes();
    }
    Target next = coming.get();
    openWhereDue();
    writeAll();
    if (next != null) {
      takeWhatComes();
    } else if (reopening) {
      opens = file != null;
      opensAt = ticker.nanos();
      openWhereDue();
    }
  }

  /** Whether there is nothing to do. */
  boolean isIdle() {
    return !opens && !reopens && coming.get() == null && rings.stream().allMatch(LineRing::isEmpty);
  }

  /** Writes what waits, tries the file once more if need be, and closes it. */
  void end() {
    opensAt = ticker.nanos();
    pump();
    pump();
    int lost = 0;
    for (LineRing ring : rings) {
      lost += discard(ring);
    }
    if (lost > 0) {
      log.error("{} lines of the access log are lost: {} can't be written", lost, file);
    }
    closeQuietly(channel);
    channel = null;
  }

  private void takeWhatComes() {
    Target next = coming.getAndSet(null);
    if (next == null) {
      return;
    }
    closeQuietly(channel);
    file = next.file;
    channel = next.channel;
    opens = false;
    torn = false;
    troubled = false;
  }

  private void openWhereDue() {
    Path wanted = file;
    if (!opens || wanted == null || ticker.nanos() - opensAt < 0) {
      return;
    }
    try {
      GatheringByteChannel opened = files.open(wanted);
      closeQuietly(channel);
      channel = opened;
      opens = false;
    } catch (IOException e) {
      if (e instanceof NoSuchFileException) {
        // With its folder the file itself is gone, so lines must not go on into it. Where only the
        // new one can't be made, they are better off in the old one than nowhere.
        closeQuietly(channel);
        channel = null;
      }
      trouble(e);
    }
  }

  private void writeAll() {
    if (file == null) {
      rings.forEach(this::discard);
      return;
    }
    GatheringByteChannel to = channel;
    if (to == null) {
      return;
    }
    try {
      if (torn) {
        mend(to);
      }
      for (LineRing ring : rings) {
        write(ring, to);
      }
      if (troubled && !opens) {
        troubled = false;
        log.info(
            "The access log {} is written again; {} lines were lost meanwhile",
            file,
            dropped() - droppedBefore);
      }
    } catch (IOException e) {
      closeQuietly(to);
      channel = null;
      trouble(e);
    }
  }

  private void write(LineRing ring, GatheringByteChannel to) throws IOException {
    ByteBuffer[] lines = ring.lines();
    long length = (long) lines[0].remaining() + lines[1].remaining();
    long done = 0;
    try {
      while (done < length) {
        long now = to.write(lines);
        if (now <= 0) {
          throw new IOException("it takes nothing at present");
        }
        done += now;
      }
    } finally {
      long whole = ring.wholeLines(done);
      written.add(ring.count(whole));
      ring.taken(whole);
      if (whole < done) {
        tear(to, done - whole);
      }
    }
  }

  /** The file ends with a part of a line, which will come again as a whole. */
  private void tear(GatheringByteChannel to, long part) {
    torn = true;
    if (to instanceof FileChannel torn) {
      try {
        torn.truncate(torn.size() - part);
        this.torn = false;
      } catch (IOException e) {
        log.debug("The last line of {} can't be cut off", file, e);
      }
    }
  }

  /** Ends the line that was left torn, unless this is another file by now. */
  private void mend(GatheringByteChannel to) throws IOException {
    if (!(to instanceof FileChannel fresh && fresh.size() == 0)) {
      to.write(ByteBuffer.wrap(LINE_END));
    }
    torn = false;
  }

  private void trouble(IOException cause) {
    opens = true;
    opensAt = ticker.nanos() + RETRY.toNanos();
    if (!troubled) {
      troubled = true;
      droppedBefore = dropped();
      log.error(
          "The access log {} can't be opened or written: {}. It is tried again every second; lines that find"
              + " no room in the queue are lost, and counted",
          file,
          LogFile.reason(cause));
    }
  }

  private int discard(LineRing ring) {
    ByteBuffer[] lines = ring.lines();
    long length = (long) lines[0].remaining() + lines[1].remaining();
    int count = ring.count(length);
    dropped.add(count);
    ring.taken(length);
    return count;
  }

  private static void closeQuietly(@Nullable GatheringByteChannel open) {
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("The access log could not be closed", e);
      }
    }
  }
}
