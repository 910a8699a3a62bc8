package dev.crossfade.split;

/** How a session id becomes a bucket. */
public enum SessionHash {
  /** XXH64 of salt and session id, seed 0, unsigned, modulo 10,000. */
  XXH64,
  /** MurmurHash2 as nginx's {@code split_clients} uses it, so that no visitor changes side. */
  NGINX
}
