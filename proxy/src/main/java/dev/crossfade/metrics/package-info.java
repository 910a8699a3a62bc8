/**
 * Prometheus metrics: counts what the data path tells, and reads the rest when it is scraped.
 *
 * <p>May import: accesslog, plan, route, split, telemetry, upstream; Micrometer, Netty's buffers.
 */
@NullMarked
package dev.crossfade.metrics;

import org.jspecify.annotations.NullMarked;
