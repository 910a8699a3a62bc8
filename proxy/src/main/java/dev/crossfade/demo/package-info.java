/**
 * Two small demo shops and the demo that shows them through the proxy, which {@code app} hands in.
 *
 * <p>May import: nothing of ours.
 */
@NullMarked
package dev.crossfade.demo;

import org.jspecify.annotations.NullMarked;
