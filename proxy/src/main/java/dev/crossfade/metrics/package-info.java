/**
 * Prometheus metrics by Micrometer; an observer of exchanges.
 *
 * <p>May import: telemetry, upstream, plan, split.
 */
@NullMarked
package dev.crossfade.metrics;

import org.jspecify.annotations.NullMarked;
