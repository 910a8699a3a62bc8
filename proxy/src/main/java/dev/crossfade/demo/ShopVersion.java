package dev.crossfade.demo;

/** The two versions of the demo shop. */
public enum ShopVersion {
  /** Runs in many shops since 2010. */
  OLD("old", "Shop 2.1"),
  /** What the shop is moving to. */
  NEW("new", "Shop 2.3");

  private final String side;
  private final String title;

  ShopVersion(String side, String title) {
    this.side = side;
    this.title = title;
  }

  /** The name of its upstream. */
  public String side() {
    return side;
  }

  /** The name on its pages. */
  public String title() {
    return title;
  }
}
