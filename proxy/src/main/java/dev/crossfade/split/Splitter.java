package dev.crossfade.split;

/**
 * Decides rows 2 to 5 of the decision: upgrade cookie, pin, bucket, first request. Safe from any
 * thread; each thread brings its own {@link Visitor}.
 */
public final class Splitter {
  private final SplitSettings settings;

  /** A splitter for these settings. */
  public Splitter(SplitSettings settings) {
    this.settings = settings;
  }

  /** What it was made with. */
  public SplitSettings settings() {
    return settings;
  }

  /**
   * Decides about a request that no rule matched. Allocates nothing.
   *
   * @param threshold percentage × 100; buckets below it belong to new
   * @param epoch the present one
   * @param upgradeHonoured whether the upgrade cookie counts at present
   */
  public Assignment assign(Visitor visitor, int threshold, int epoch, boolean upgradeHonoured) {
    throw new UnsupportedOperationException();
  }

  /** Whether the request carries a valid upgrade cookie that asks for new. */
  public boolean upgraded(Visitor visitor) {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether the answer should carry our affinity cookie: the visitor holds none that says bucket,
   * side and epoch of this decision. Never for decisions that pin nobody.
   */
  public boolean wantsCookie(Visitor visitor, Assignment assignment, int epoch) {
    throw new UnsupportedOperationException();
  }

  /**
   * The value of a Set-Cookie field with the affinity cookie for this decision.
   *
   * @param secure whether the client came by TLS
   */
  public byte[] setCookie(Assignment assignment, int epoch, boolean secure) {
    throw new UnsupportedOperationException();
  }

  /**
   * Learns the session id in a Set-Cookie value of the application's answer, if it is one.
   *
   * @param assignment of the request that brought the answer
   */
  public void learn(
      byte[] setCookie, int from, int to, Visitor visitor, Assignment assignment, int epoch) {
    throw new UnsupportedOperationException();
  }
}
