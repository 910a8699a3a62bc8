/**
 * Prometheus metrics: counts what the data path tells, and reads the rest when it is scraped.
 *
 * <p>May import: telemetry, upstream, plan, split.
 */
@NullMarked
package dev.crossfade.metrics;

import org.jspecify.annotations.NullMarked;
