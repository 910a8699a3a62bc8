/**
 * The admin API: reading and changing the control state over HTTP.
 *
 * <p>May import: control, metrics, upstream, route, plan, split, net.
 */
@NullMarked
package dev.crossfade.admin;

import org.jspecify.annotations.NullMarked;
