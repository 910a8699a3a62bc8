/**
 * The control plane: owns the one reference to the plan, changes it by revision, keeps history and
 * makes it durable.
 *
 * <p>May import: plan, split; Jackson, SLF4J.
 */
@NullMarked
package dev.crossfade.control;

import org.jspecify.annotations.NullMarked;
