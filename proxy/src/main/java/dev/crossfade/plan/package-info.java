/**
 * The traffic plan: everything that decides about a request, immutable, published in one reference
 * and read once a request.
 *
 * <p>May import: route, split.
 */
@NullMarked
package dev.crossfade.plan;

import org.jspecify.annotations.NullMarked;
