/**
 * Proves from outside that a proxy under load loses nothing, doubles nothing and sends nobody to
 * the wrong side: visitors on one end, origins with a ledger on the other, and a verdict over both.
 * {@link dev.crossfade.loadtest.Verify}, {@link dev.crossfade.loadtest.Simulate} and {@link
 * dev.crossfade.loadtest.Hang} are the doors, {@link dev.crossfade.loadtest.LoadTest} what they
 * have in common.
 *
 * <p>May import: the JDK, Netty, libraries; nothing of the proxy's.
 */
@NullMarked
package dev.crossfade.loadtest;

import org.jspecify.annotations.NullMarked;
