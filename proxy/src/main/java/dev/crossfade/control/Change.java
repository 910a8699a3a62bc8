package dev.crossfade.control;

import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.Maintenance;
import java.util.StringJoiner;

/**
 * One step of the control state, as it stands in the history: the whole state it led to, so that
 * every record of the history is a good state by itself.
 *
 * @param what what was done, in words for operators
 */
public record Change(ControlState state, ChangeKind kind, String what) {

  /** The first of all. */
  static Change initial(ControlState state) {
    return new Change(state, ChangeKind.INITIAL, "initial percent " + state.percent());
  }

  /** The step between two states. */
  static Change between(ControlState before, ControlState after, ChangeKind kind) {
    return new Change(after, kind, describe(before, after, kind));
  }

  private static String describe(ControlState before, ControlState after, ChangeKind kind) {
    return switch (kind) {
      case INITIAL -> "initial percent " + after.percent();
      case SPLIT -> "percent " + before.percent() + " to " + after.percent();
      case ROLLBACK -> "rollback from percent " + before.percent();
      case PROMOTE -> "promote from percent " + before.percent();
      case MAINTENANCE -> maintenance(before.maintenance(), after.maintenance());
      case ENDPOINT -> "endpoint " + endpoints(before, after);
      case RELOAD -> "reload, endpoint no longer configured: " + endpoints(before, after);
    };
  }

  private static String maintenance(Maintenance before, Maintenance after) {
    StringJoiner words = new StringJoiner(", ", "maintenance ", "");
    addSwitch(words, "old", before.oldSide(), after.oldSide());
    addSwitch(words, "new", before.newSide(), after.newSide());
    addSwitch(words, "freeze-writes", before.freezeWrites(), after.freezeWrites());
    return words.toString();
  }

  private static void addSwitch(StringJoiner words, String name, boolean before, boolean after) {
    if (before != after) {
      words.add(name + (after ? " on" : " off"));
    }
  }

  private static String endpoints(ControlState before, ControlState after) {
    StringJoiner words = new StringJoiner(", ");
    for (EndpointKey key : EndpointOrder.union(before.endpoints(), after.endpoints())) {
      EndpointState now = after.endpoint(key);
      if (now != before.endpoint(key)) {
        words.add(key.side().label() + " " + key.address() + " " + now.label());
      }
    }
    return words.toString();
  }
}
