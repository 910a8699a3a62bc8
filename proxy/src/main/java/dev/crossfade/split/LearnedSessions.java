package dev.crossfade.split;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.crossfade.time.Ticker;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The table of sessions learned from the application's answers, for clients that keep the session
 * cookie but not ours. Bounded in size, and entries expire after their last use. Safe from any
 * thread; one table outlives every reload of the configuration.
 *
 * <p>It holds fingerprints of session ids and never the ids. The hash is a universal one
 * (PolymurHash 2.0) under a secret of this process, so that nobody outside can aim at an entry or
 * make them collide.
 */
public final class LearnedSessions {
  private final Hasher64 fingerprints;
  private final Cache<Fingerprint, Held> table;
  private final ThreadLocal<Fingerprint> probes = ThreadLocal.withInitial(Fingerprint::new);

  /** An empty table. */
  public LearnedSessions(SplitSettings.Learned settings, Ticker ticker) {
    this(settings, ticker, new SecureRandom().nextLong(), new SecureRandom().nextLong());
  }

  LearnedSessions(SplitSettings.Learned settings, Ticker ticker, long tweak, long seed) {
    fingerprints = Hashing.polymurHash2_0(tweak, seed);
    table =
        Caffeine.newBuilder()
            .maximumSize(settings.size())
            .expireAfterAccess(settings.expiry())
            .ticker(ticker::nanos)
            // Upkeep is short and amortised; handing it to a pool would cost more than doing it.
            .executor(Runnable::run)
            .recordStats()
            .build();
  }

  /** Takes another size and expiry; what is in the table stays as far as it fits. */
  public void reconfigure(SplitSettings.Learned settings) {
    table.policy().eviction().orElseThrow().setMaximum(settings.size());
    table.policy().expireAfterAccess().orElseThrow().setExpiresAfter(settings.expiry());
  }

  /** How many sessions it holds, about. */
  public long size() {
    return table.estimatedSize();
  }

  /** Look-ups since the start that found their session. */
  public long hits() {
    return table.stats().hitCount();
  }

  /** Look-ups since the start that did not: sessions from before, or forgotten ones. */
  public long misses() {
    return table.stats().missCount();
  }

  /** Sessions forgotten since the start, for want of room or of use. */
  public long evictions() {
    return table.stats().evictionCount();
  }

  /** What stands for a session id, 64 bits that mean nothing outside this process. */
  long fingerprint(byte[] bytes, int from, int to) {
    return fingerprints.hashBytesToLong(bytes, from, to - from);
  }

  @Nullable Held find(long fingerprint) {
    Fingerprint probe = probes.get();
    probe.bits = fingerprint;
    return table.getIfPresent(probe);
  }

  void put(long fingerprint, Held held) {
    Fingerprint key = new Fingerprint();
    key.bits = fingerprint;
    table.put(key, held);
  }

  /** What is known of a session. Immutable; as small as it can be, since there may be millions. */
  static final class Held {
    private final int bucketAndSide;
    private final int epoch;
    private final int number;

    /**
     * @param bucket 0 … 9999
     * @param side on which the visitor is held, null where what brought the session pins nobody
     * @param epoch in which the side was given
     * @param number the visitor's, as in the affinity cookie
     */
    Held(int bucket, @Nullable Side side, int epoch, int number) {
      this.bucketAndSide = (bucket << 2) | (side == null ? 0 : side.ordinal() + 1);
      this.epoch = epoch;
      this.number = number;
    }

    int bucket() {
      return bucketAndSide >> 2;
    }

    @Nullable Side side() {
      return switch (bucketAndSide & 3) {
        case 0 -> null;
        case 1 -> Side.OLD;
        default -> Side.NEW;
      };
    }

    int epoch() {
      return epoch;
    }

    int number() {
      return number;
    }
  }

  /** A key. Written to only before it is in the table, or as a thread's own probe. */
  private static final class Fingerprint {
    long bits;

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Fingerprint fingerprint && fingerprint.bits == bits;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(bits);
    }
  }
}
