/**
 * The traffic plan: everything that decides about a request, immutable, published in one reference
 * and read once a request.
 *
 * <p>May import: split, route.
 */
@NullMarked
package dev.crossfade.plan;

import org.jspecify.annotations.NullMarked;
