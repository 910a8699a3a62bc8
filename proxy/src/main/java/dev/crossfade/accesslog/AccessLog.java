package dev.crossfade.accesslog;

import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.time.Ticker;
import java.io.IOException;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log of the process: an observer for each event loop, and the thread that writes what
 * they have to say. Safe from any thread; changed by one at a time.
 */
public final class AccessLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

  private final LogFile files;
  private final LogThread thread;
  private final InstantSource clock;
  private volatile AccessLogSettings present;

  private AccessLog(AccessLogSettings settings, LogFile files, InstantSource clock, Ticker ticker) {
    this.files = files;
    this.thread = new LogThread(new LogWriter(files, ticker));
    this.clock = clock;
    this.present = settings;
  }

  /**
   * Opens it; off where the settings name no file.
   *
   * @throws UnopenableLogException if its file can't be opened
   */
  public static AccessLog open(AccessLogSettings settings, InstantSource clock, Ticker ticker)
      throws UnopenableLogException {
    return open(settings, LogFile::ofSystem, clock, ticker);
  }

  static AccessLog open(
      AccessLogSettings settings, LogFile files, InstantSource clock, Ticker ticker)
      throws UnopenableLogException {
    AccessLog made = new AccessLog(settings, files, clock, ticker);
    made.begin(settings.file(), made.opened(settings.file()));
    return made;
  }

  private @Nullable GatheringByteChannel opened(@Nullable Path file) throws UnopenableLogException {
    try {
      return file == null ? null : files.open(file);
    } catch (IOException e) {
      throw new UnopenableLogException(file, e);
    }
  }

  private void begin(@Nullable Path file, @Nullable GatheringByteChannel opened) {
    thread.writer().goOnIn(file, opened);
    if (file != null) {
      thread.start();
    }
    thread.wake();
  }

  /** What writes the lines of one event loop, and is told by no other. */
  public ExchangeObserver forLoop() {
    return forLoop(new SplittableRandom(new SecureRandom().nextLong()));
  }

  ExchangeObserver forLoop(RandomGenerator random) {
    return new LoopLog(() -> present, thread, clock, random);
  }

  /**
   * Opens the file anew, for whoever has renamed it. Lines that wait go into the old one; where the
   * new one can't be made, that is told in the log and tried again.
   */
  public void reopen() {
    thread.writer().reopen();
    thread.wake();
  }

  /**
   * Makes ready for other settings; opens the file if it is another. Either end of the change must
   * come, before another is prepared.
   *
   * @throws UnopenableLogException if it can't be opened; nothing has changed then
   */
  public Change prepare(AccessLogSettings coming) throws UnopenableLogException {
    boolean moves = !Objects.equals(coming.file(), present.file());
    return new Change(coming, moves, moves ? opened(coming.file()) : null);
  }

  /** Other settings, ready to be put in force. */
  public final class Change {
    private final AccessLogSettings coming;
    private final boolean moves;
    private final @Nullable GatheringByteChannel opened;

    private Change(AccessLogSettings coming, boolean moves, @Nullable GatheringByteChannel opened) {
      this.coming = coming;
      this.moves = moves;
      this.opened = opened;
    }

    /** Puts them in force for requests that end from now on. */
    public void takeEffect() {
      // No line may come while there is no file for it.
      if (moves && coming.on()) {
        begin(coming.file(), opened);
      }
      present = coming;
      if (moves && !coming.on()) {
        begin(null, null);
      }
    }

    /** Leaves everything as it was. */
    public void abandon() {
      if (opened != null) {
        try {
          opened.close();
        } catch (IOException e) {
          log.debug("{} could not be closed", coming.file(), e);
        }
      }
    }
  }

  /** Lines written so far. */
  public long written() {
    return thread.writer().written();
  }

  /** Lines lost so far, for want of room in the queue. */
  public long dropped() {
    return thread.writer().dropped();
  }

  /** Writes what waits, as long as the disk does not hang, and ends. The event loops are over. */
  @Override
  public void close() {
    thread.end();
  }
}
