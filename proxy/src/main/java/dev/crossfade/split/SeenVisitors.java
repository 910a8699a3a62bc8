package dev.crossfade.split;

import dev.crossfade.time.Ticker;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongPredicate;

/**
 * How many visitors were seen in the last 30 minutes, on which side, and how many of them a change
 * of the percentage would move. Exact up to some 300,000 visitors; beyond that an estimate from a
 * sample of at least half as many, in bounded memory (4 MiB). Also who moved lately. One outlives
 * every reload of the configuration. Safe from any thread.
 *
 * <p>The sample is a distinct one (P. B. Gibbons, "Distinct sampling for highly-accurate answers to
 * distinct values queries and event reports", VLDB 2001): at level L only visitors whose hash
 * begins with L zero bits are kept, one in 2^L, and each stands for 2^L of them. Whether someone is
 * in it depends on who they are and not on how often they come. When the table runs full the level
 * goes up and half of it becomes free; when it has become empty the level goes down again.
 *
 * <p>The table is one array of words, searched linearly from the place that the hash gives. A
 * visitor is in one word, which is written at most once a minute for who stays where they are;
 * otherwise a look-up is a read.
 *
 * <pre>
 * 63 – 32  number
 * 31 – 18  bucket
 * 17       side: 1 new
 * 16 – 13  what holds them there: 0 nothing, 1 more than the epoch, 2 … 15 the policy in an epoch
 * 12 – 0   minute in which they were last seen, from 1; 0 where the word is free
 * </pre>
 */
public final class SeenVisitors {
  /** How long a visitor counts after the last request. */
  private static final int WINDOW_MINUTES = 30;

  private static final long NANOS_PER_MINUTE = 60_000_000_000L;

  /** Minutes go round, from 1 to this. */
  private static final int MINUTES = 0x1fff;

  /** Epochs go round: nobody who is still counted was seen so many of them ago. */
  private static final int EPOCHS = 14;

  private static final int WORDS = 1 << 19;

  /** Read at a time when they are counted. */
  private static final int PIECE = 1 << 10;

  /** How far a visitor's word may lie from where the hash points; then the table is full. */
  private static final int REACH = 64;

  private static final long NEVER_USED = 0;

  /** Free, but there may be words of others behind it, so that a search has to go on. */
  private static final long FREED = 1L << 13;

  private static final long ON_NEW = 1L << 17;

  /** Why a visitor would stay on their side though the percentage passed them by. */
  enum Hold {
    /** They would not. */
    NONE,
    /** The policy, till the epoch ends. */
    EPOCH,
    /** Something else, such as the upgrade cookie. */
    ALWAYS
  }

  private final Ticker ticker;
  private final long origin;
  private final AtomicLongArray words = new AtomicLongArray(WORDS);
  private final AtomicInteger level = new AtomicInteger();
  private final RecentMoves moves = new RecentMoves();

  /**
   * The level before the last time it went down, and when; until a window later it counts. Guarded
   * by this.
   */
  private int levelBefore;

  /** A minute. Guarded by this. */
  private int loweredAt;

  /** Nobody seen yet. */
  public SeenVisitors(Ticker ticker) {
    this.ticker = ticker;
    this.origin = ticker.nanos();
  }

  /**
   * Notes a request. Allocates nothing, and only reads if this visitor was noted in this minute.
   *
   * @param number the visitor's identity, evenly spread
   * @param bucket 0 … 9999
   * @param side where the request went
   * @param epoch the present one
   */
  void record(int number, int bucket, Side side, Hold hold, int epoch) {
    long hash = mix(number);
    int present = level.get();
    if (Long.numberOfLeadingZeros(hash) < present) {
      return;
    }
    int minute = minute();
    long word = word(number, bucket, side, holdCode(hold, epoch), minute);
    if (!put((int) hash, word, minute)) {
      level.compareAndSet(present, present + 1);
      if (Long.numberOfLeadingZeros(hash) > present) {
        put((int) hash, word, minute);
      }
    }
  }

  /**
   * Notes that a visitor moved.
   *
   * @return whether it is news, and this move not counted yet
   */
  boolean noteMove(int number, Side to) {
    return moves.note(number, to);
  }

  /**
   * How many visitors were seen lately, by the side they were seen on last. Reads the whole table:
   * for scrapes, not for requests.
   */
  public BySide visitors() {
    Pass pass = pass(word -> (word & ON_NEW) != 0);
    long onNew = pass.wanted();
    return new BySide(pass.all() - onNew, onNew);
  }

  /** Visitors of old and of new. */
  public record BySide(long old, long onNew) {
    /** Of one side. */
    public long of(Side side) {
      return side == Side.OLD ? old : onNew;
    }

    /** Of both. */
    public long all() {
      return old + onNew;
    }
  }

  /**
   * How many of the visitors seen lately a change of the percentage would move.
   *
   * @param from the present threshold, 0 … 10,000
   * @param to the threshold to be
   * @param epoch the present one: what the policy held in another holds no more
   */
  public Moving moving(int from, int to, int epoch) {
    return new Moving(countBetween(from, to, epoch), countBetween(to, from, epoch));
  }

  /** Visitors that would go from old to new, and from new to old. */
  public record Moving(long toNew, long toOld) {}

  private long countBetween(int from, int to, int epoch) {
    int always = holdCode(Hold.ALWAYS, epoch);
    int now = holdCode(Hold.EPOCH, epoch);
    return from >= to
        ? 0
        : pass(word ->
                bucket(word) >= from
                    && bucket(word) < to
                    && hold(word) != always
                    && hold(word) != now)
            .wanted();
  }

  private synchronized Pass pass(LongPredicate wanted) {
    int minute = minute();
    int trusted = Math.max(level.get(), age(loweredAt, minute) < WINDOW_MINUTES ? levelBefore : 0);
    Pass pass = new Pass(wanted, minute, trusted);
    for (int from = 0; from < WORDS; from += PIECE) {
      pass.read(from, from + PIECE);
    }
    lowerIfEmpty(pass.live, trusted, minute);
    return pass;
  }

  /**
   * One way through the table. In pieces, so that the virtual machine has compiled the reading of
   * one long before the first way through is over.
   */
  private final class Pass {
    private final LongPredicate wanted;
    private final int minute;
    private final int trusted;
    private int live;
    private long counted;
    private long found;

    /**
     * @param trusted the level to count by
     */
    Pass(LongPredicate wanted, int minute, int trusted) {
      this.wanted = wanted;
      this.minute = minute;
      this.trusted = trusted;
    }

    void read(int from, int to) {
      for (int i = from; i < to; i++) {
        long word = words.get(i);
        if (word != NEVER_USED && word != FREED) {
          read(i, word);
        }
      }
    }

    private void read(int at, long word) {
      if (isFree(word, minute)) {
        // Freed before the minutes have gone round, when it would look young again.
        words.compareAndSet(at, word, FREED);
        return;
      }
      live++;
      if (Long.numberOfLeadingZeros(mix(number(word))) >= trusted) {
        counted++;
        if (wanted.test(word)) {
          found++;
        }
      }
    }

    /** Estimates how many there are. */
    long all() {
      return counted << trusted;
    }

    /** Estimates how many there are of those wanted. */
    long wanted() {
      return found << trusted;
    }
  }

  /** Returns false if the table is full there. */
  private boolean put(int home, long wanted, int minute) {
    int free = -1;
    long inFree = NEVER_USED;
    for (int i = 0; i < REACH; i++) {
      int at = (home + i) & (WORDS - 1);
      long word = words.get(at);
      if (word == wanted) {
        return true;
      }
      if (number(word) == number(wanted) && minuteOf(word) != 0) {
        // If another thread was faster, what it wrote of this visitor is as good.
        words.compareAndSet(at, word, wanted);
        return true;
      }
      if (free < 0 && isFree(word, minute)) {
        free = at;
        inFree = word;
      }
      if (word == NEVER_USED) {
        break;
      }
    }
    if (free < 0) {
      return false;
    }
    // If another thread takes the place first, the visitor's next request finds another.
    words.compareAndSet(free, inFree, wanted);
    return true;
  }

  private boolean isFree(long word, int minute) {
    return minuteOf(word) == 0
        || age(minuteOf(word), minute) >= WINDOW_MINUTES
        || Long.numberOfLeadingZeros(mix(number(word))) < level.get();
  }

  /**
   * At most once a window, since those whom the lower level lets in are complete only after one;
   * till then the level before is the one to count by. If a thread has raised it meanwhile, it
   * stays.
   */
  private void lowerIfEmpty(int live, int trusted, int minute) {
    if (trusted > 0 && live < WORDS / 8 && level.compareAndSet(trusted, trusted - 1)) {
      levelBefore = trusted;
      loweredAt = minute;
    }
  }

  private int minute() {
    return (int) ((ticker.nanos() - origin) / NANOS_PER_MINUTE % MINUTES) + 1;
  }

  private static int age(int then, int now) {
    int age = Math.floorMod(now - then, MINUTES);
    // Another thread may have read the clock later than this one, in the minute to come.
    return age == MINUTES - 1 ? 0 : age;
  }

  /**
   * The finaliser of MurmurHash3 (64 bit): numbers of sessions come from a hash, others need not.
   */
  private static long mix(int number) {
    long hash = number + 0x9e3779b97f4a7c15L;
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }

  private static int holdCode(Hold hold, int epoch) {
    return switch (hold) {
      case NONE -> 0;
      case ALWAYS -> 1;
      case EPOCH -> 2 + Math.floorMod(epoch, EPOCHS);
    };
  }

  private static long word(int number, int bucket, Side side, int hold, int minute) {
    return ((long) number << 32)
        | ((long) bucket << 18)
        | (side == Side.NEW ? ON_NEW : 0)
        | ((long) hold << 13)
        | minute;
  }

  private static int number(long word) {
    return (int) (word >>> 32);
  }

  private static int bucket(long word) {
    return (int) (word >>> 18) & 0x3fff;
  }

  private static int hold(long word) {
    return (int) (word >>> 13) & 0xf;
  }

  private static int minuteOf(long word) {
    return (int) word & MINUTES;
  }
}
