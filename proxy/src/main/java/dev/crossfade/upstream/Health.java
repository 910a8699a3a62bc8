package dev.crossfade.upstream;

import dev.crossfade.time.Ticker;
import java.util.function.BiConsumer;

/**
 * What connects, probes and answers make of an endpoint's standing. Reading it is one volatile
 * read; what changes it is rare and takes a lock. Safe from any thread.
 *
 * <p>{@value #FALL} failed connects in a row take it down, and a connect brings it back. Whoever
 * goes down again within a minute needs twice as many good connects as the time before, up to
 * {@value #MOST_NEEDED}: an endpoint that comes and goes must not take visitors along. The same
 * goes for active probes, with the configured counts.
 */
final class Health {
  /** Failed connects in a row that take an endpoint down. */
  static final int FALL = 3;

  /** Good ones in a row that are asked for at most. */
  static final int MOST_NEEDED = 16;

  /** The whole of {@link #share}. */
  static final int WHOLE = 256;

  private static final int FIRST_SHARE = WHOLE / 10;
  private static final long FORGIVEN_NANOS = 60_000_000_000L;

  private final Ticker ticker;
  private final BiConsumer<Standing, String> told;

  private volatile Standing standing = Standing.DOWN;
  private volatile boolean doubted;
  private volatile int share = WHOLE;

  private boolean known;
  private int failedConnects;
  private int goodConnects;
  private boolean connectDown;
  private boolean refusedAtOnce;
  private int badProbes;
  private int goodProbes;
  private boolean probeDown;
  private int falls;
  private long lastFall;
  private int needed = 1;
  private boolean ejected;
  private long ejectedUntil;
  private long readmittedAt;
  private int ejections;
  private boolean returning;
  private long returnedAt;

  /**
   * @param told is told, under the lock, of every change between healthy and not, and why
   */
  Health(Ticker ticker, BiConsumer<Standing, String> told) {
    this.ticker = ticker;
    this.told = told;
  }

  Standing standing() {
    return standing;
  }

  /** Whether it needs to be looked at: the last connect failed, or it is down. */
  boolean doubted() {
    return doubted;
  }

  /** How much of its share it gets after a return, of {@link #WHOLE}. */
  int share() {
    return share;
  }

  /** Where it is, is known. */
  synchronized void known() {
    if (!known) {
      known = true;
      settle("its name is known");
    }
  }

  /** A request's connect has succeeded. */
  void connected() {
    if (doubted) {
      connected(false);
    }
  }

  /** A connect has succeeded that was made to find out. */
  void probeConnected() {
    if (doubted) {
      connected(true);
    }
  }

  private synchronized void connected(boolean probe) {
    failedConnects = 0;
    if (connectDown) {
      goodConnects = probe ? goodConnects + 1 : Math.max(goodConnects, 1);
      if (goodConnects >= needed) {
        connectDown = false;
        back();
      }
    }
    settle("it takes connections again");
  }

  /** A connect has failed. */
  synchronized void connectFailed(FailedConnect failed) {
    refusedAtOnce = failed.atOnce();
    goodConnects = 0;
    failedConnects++;
    if (!connectDown && failedConnects >= FALL) {
      connectDown = true;
      fall();
    }
    settle(failed.why());
  }

  /** A probe was answered as it should be. */
  synchronized void probeGood(int rise) {
    badProbes = 0;
    if (probeDown) {
      goodProbes++;
      if (goodProbes >= Math.max(rise, needed)) {
        probeDown = false;
        back();
      }
    }
    settle("its probes are well again");
  }

  /** A probe was not answered as it should be. */
  synchronized void probeBad(int fall, String why) {
    goodProbes = 0;
    badProbes++;
    if (!probeDown && badProbes >= fall) {
      probeDown = true;
      fall();
    }
    settle(why);
  }

  /** It is probed no more, so nothing a probe has found counts. */
  synchronized void unprobed() {
    if (probeDown || badProbes > 0) {
      probeDown = false;
      badProbes = 0;
      settle("it is not probed any more");
    }
  }

  private void fall() {
    long now = ticker.nanos();
    falls = falls > 0 && now - lastFall < FORGIVEN_NANOS ? falls + 1 : 1;
    lastFall = now;
    needed = falls > 4 ? MOST_NEEDED : 1 << (falls - 1);
  }

  private void back() {
    if (!connectDown && !probeDown) {
      goodConnects = 0;
      goodProbes = 0;
      returned();
    }
  }

  /** From here on it is given more with time. */
  private void returned() {
    returning = true;
    returnedAt = ticker.nanos();
    share = FIRST_SHARE;
  }

  /** Leaves it out for its answers: longer every time, unless the last one is long ago. */
  synchronized void eject(long timeNanos, long mostNanos, String why) {
    long now = ticker.nanos();
    if (ejections > 0 && now - readmittedAt > 10 * timeNanos) {
      ejections = 0;
    }
    ejections++;
    long takes = Math.min(mostNanos, timeNanos * ejections);
    ejected = true;
    ejectedUntil = now + takes;
    settle(why + "; left out for " + takes / 1_000_000_000L + " s");
  }

  /** Whether its time is over. */
  synchronized boolean mayBeReadmitted() {
    return ejected && ticker.nanos() - ejectedUntil >= 0;
  }

  synchronized boolean isEjected() {
    return ejected;
  }

  /** Takes it back. */
  synchronized void readmit(String why) {
    if (ejected) {
      ejected = false;
      readmittedAt = ticker.nanos();
      returned();
      settle(why);
    }
  }

  /** Lets the share grow for as long as a slow start takes; zero gives the whole at once. */
  synchronized void grow(long slowStartNanos) {
    if (!returning) {
      return;
    }
    long since = ticker.nanos() - returnedAt;
    if (since >= slowStartNanos) {
      returning = false;
      share = WHOLE;
    } else {
      share = Math.max(FIRST_SHARE, (int) (WHOLE * since / slowStartNanos));
    }
  }

  private void settle(String why) {
    Standing before = standing;
    Standing now = present();
    standing = now;
    doubted = failedConnects > 0 || connectDown;
    boolean changed = before.atLeast(Standing.SUSPECT) != now.atLeast(Standing.SUSPECT);
    if (changed) {
      told.accept(now, why);
    }
  }

  private Standing present() {
    if (!known || probeDown && goodProbes == 0) {
      return Standing.DOWN;
    }
    if (connectDown && goodConnects == 0) {
      return refusedAtOnce ? Standing.REFUSING : Standing.DOWN;
    }
    if (connectDown || probeDown) {
      return Standing.HELD;
    }
    if (ejected) {
      return Standing.EJECTED;
    }
    return failedConnects > 0 ? Standing.SUSPECT : Standing.SOUND;
  }
}
