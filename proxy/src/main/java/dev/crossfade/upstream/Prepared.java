package dev.crossfade.upstream;

import dev.crossfade.plan.Balancing;
import dev.crossfade.plan.UpstreamSpec;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * What is made of a side's configuration once, before it comes into force, for all event loops.
 *
 * @param tls null for cleartext
 * @param table for a choice by hash; null where the side is balanced otherwise
 */
record Prepared(UpstreamSpec spec, @Nullable SslContext tls, @Nullable HashTable table) {

  /**
   * Reads certificates and fills tables; blocks meanwhile.
   *
   * @throws IllegalArgumentException if a certificate or key can't be used, saying which
   */
  static Prepared of(UpstreamSpec spec) {
    HashTable table =
        spec.balancing().way() == Balancing.Way.HASH
            ? new HashTable(
                spec.endpoints(), spec.endpoints().stream().mapToInt(spec::weight).toArray())
            : null;
    return new Prepared(spec, spec.tls() == null ? null : UpstreamTls.context(spec.tls()), table);
  }
}
