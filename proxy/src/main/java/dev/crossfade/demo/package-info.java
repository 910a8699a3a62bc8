/**
 * Two small demo shops and the demo that shows them through the proxy.
 *
 * <p>May import: the JDK, Netty.
 */
@NullMarked
package dev.crossfade.demo;

import org.jspecify.annotations.NullMarked;
