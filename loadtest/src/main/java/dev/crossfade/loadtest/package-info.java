/**
 * Proves from outside that a proxy under load loses nothing, doubles nothing and sends nobody to
 * the wrong side: visitors on one end, origins with a ledger on the other, and a verdict over both.
 * {@link dev.crossfade.loadtest.Verify} and {@link dev.crossfade.loadtest.Simulate} are the doors.
 *
 * <p>May import: the JDK, Netty, libraries; nothing of the proxy's.
 */
@NullMarked
package dev.crossfade.loadtest;

import org.jspecify.annotations.NullMarked;
