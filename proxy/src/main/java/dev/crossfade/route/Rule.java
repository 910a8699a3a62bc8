package dev.crossfade.route;

import dev.crossfade.split.Side;
import org.jspecify.annotations.Nullable;

/**
 * A rule as configured; null stands for a condition that is not made. All that are made must hold.
 *
 * @param name shown in explain, logs and metrics
 * @param path the whole path
 * @param pathPrefix how the path begins
 * @param pathRegex found anywhere in the path
 * @param method by letter case
 * @param host without regard to letter case and port
 * @param header a field of the request
 * @param client the client's network in CIDR notation
 */
public record Rule(
    String name,
    @Nullable String path,
    @Nullable String pathPrefix,
    @Nullable String pathRegex,
    @Nullable String method,
    @Nullable String host,
    @Nullable HeaderCondition header,
    @Nullable String client,
    Side side) {

  /** A field that must have the value, or one in which the expression is found; exactly one. */
  public record HeaderCondition(String name, @Nullable String value, @Nullable String regex) {}
}
