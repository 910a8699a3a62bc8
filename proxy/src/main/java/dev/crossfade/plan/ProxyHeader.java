package dev.crossfade.plan;

/** The PROXY protocol header that a connection to an upstream begins with. */
public enum ProxyHeader {
  /** None. */
  OFF,
  /** Version 1, a line of text. */
  V1,
  /** Version 2, binary. */
  V2
}
