package dev.crossfade.control;

import dev.crossfade.plan.ControlState;

/**
 * The answer to a change that was taken.
 *
 * @param state the state it led to, or the present one if it changed nothing
 * @param durable false only for a rollback that could not be stored yet
 * @param changed whether there is a new revision
 */
public record InForce(ControlState state, boolean durable, boolean changed) {}
