package dev.crossfade.plan;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards an upstream, version 1.2 or later.
 *
 * @param ca certificates in PEM of those who are trusted; null for those that Java trusts
 * @param verify whether the upstream's certificate is checked at all
 * @param serverName the name that is asked for (SNI) and that the certificate must be of; null for
 *     the endpoint's host
 * @param certificate our own, a chain in PEM; null for none
 * @param key its private key in PEM; null for none
 */
public record Tls(
    @Nullable Path ca,
    boolean verify,
    @Nullable String serverName,
    @Nullable Path certificate,
    @Nullable Path key) {

  /**
   * @throws IllegalArgumentException if there is a certificate without a key, a key without a
   *     certificate, or a bundle that nothing is checked by
   */
  public Tls {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "A certificate for the upstream needs its key, and a key its certificate.");
    }
    if (ca != null && !verify) {
      throw new IllegalArgumentException(
          "There is a CA bundle, but nothing is checked by it with verify = off.");
    }
  }
}
