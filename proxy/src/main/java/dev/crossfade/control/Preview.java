package dev.crossfade.control;

import dev.crossfade.plan.ControlState;

/**
 * What an edit would make of the state.
 *
 * @param now the state in force
 * @param then the state after the edit, with revision, time and author of the present one
 */
public record Preview(ControlState now, ControlState then) {}
