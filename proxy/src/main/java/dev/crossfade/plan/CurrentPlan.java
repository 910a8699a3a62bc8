package dev.crossfade.plan;

/** Where the data path reads the plan in force. One volatile read; safe from any thread. */
@FunctionalInterface
public interface CurrentPlan {
  /** The plan in force at this moment. */
  TrafficPlan get();
}
