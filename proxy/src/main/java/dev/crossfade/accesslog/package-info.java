/**
 * The access log: a line for each request, made on the event loop that served it and written by a
 * thread of its own.
 *
 * <p>May import: split, telemetry, time; SLF4J.
 */
@NullMarked
package dev.crossfade.accesslog;

import org.jspecify.annotations.NullMarked;
