/**
 * HOCON to settings records that live beside their users; all problems reported together.
 *
 * <p>May import: the owners of settings.
 */
@NullMarked
package dev.crossfade.config;

import org.jspecify.annotations.NullMarked;
