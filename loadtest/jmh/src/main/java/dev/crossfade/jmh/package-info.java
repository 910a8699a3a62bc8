/**
 * Micro-benchmarks of what every request goes through, against the proxy's own classes. They find
 * out what a change costs, in time and in garbage; how fast the whole is, only a load test tells.
 */
@NullMarked
package dev.crossfade.jmh;

import org.jspecify.annotations.NullMarked;
