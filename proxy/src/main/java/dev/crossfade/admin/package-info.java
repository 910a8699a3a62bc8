/**
 * The admin API: reading and changing the control state over HTTP.
 *
 * <p>May import: control, metrics, plan, split, upstream; Jackson, Netty, SLF4J.
 */
@NullMarked
package dev.crossfade.admin;

import org.jspecify.annotations.NullMarked;
