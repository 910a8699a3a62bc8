/**
 * The admin API: reading and changing the control state over HTTP, and the page that people use.
 *
 * <p>May import: control, metrics, plan, split, time, upstream; Jackson, Netty, SLF4J.
 */
@NullMarked
package dev.crossfade.admin;

import org.jspecify.annotations.NullMarked;
