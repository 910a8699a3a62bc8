/**
 * HOCON to settings records, which live beside their users; all problems reported together.
 *
 * <p>May import: accesslog, admin, control, forward, net, plan, route, server, split, upstream;
 * Netty, Typesafe Config.
 */
@NullMarked
package dev.crossfade.config;

import org.jspecify.annotations.NullMarked;
