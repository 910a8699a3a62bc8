package dev.crossfade.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What clients did to the control state and what they were told, held against the model of a
 * register with versions: one value at a time, each write makes the next version, a conditional
 * write only on the version that it names.
 *
 * <p>Since every answer tells its version, the one order in which the operations can have taken
 * effect is known, and a history is linearizable (Herlihy and Wing, 1990) if and only if
 *
 * <ul>
 *   <li>the versions written are all there, each once, and whoever saw a version saw its value;
 *   <li>a conditional write that was taken made the successor of the version it named, and one that
 *       was refused saw another;
 *   <li>real time agrees: an operation that began after another had ended sees no older version,
 *       and a write makes a newer one.
 * </ul>
 */
final class RegisterHistory {
  /** What an operation was. */
  enum Kind {
    READ,
    WRITE,
    REFUSED
  }

  /**
   * An operation.
   *
   * @param named the version that a conditional write named; 0 for none
   * @param version seen by a read, made by a write, told by a refusal
   * @param value that belongs to the version; -1 where the answer does not tell it
   * @param began before the request was sent, in nanoseconds
   * @param ended after the answer was read
   */
  record Operation(
      int client, Kind kind, long named, long version, int value, long began, long ended) {}

  private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();

  /** Notes an operation; from any thread. */
  void add(Operation operation) {
    operations.add(operation);
  }

  /** How many of a kind were noted. */
  long count(Kind kind) {
    return operations.stream().filter(o -> o.kind == kind).count();
  }

  /**
   * What is wrong, in sentences; nothing if there is an order in which all that was told is true.
   *
   * @param first version and value before all operations
   */
  List<String> violations(long first, int firstValue) {
    List<String> violations = new ArrayList<>();
    Map<Long, Operation> writes = writes(first, violations);
    for (Operation o : operations) {
      checkValue(o, first, firstValue, writes, violations);
      if (o.named != 0 && o.kind == Kind.WRITE && o.version != o.named + 1) {
        violations.add("an update was lost: " + o);
      }
      if (o.kind == Kind.REFUSED && o.version == o.named) {
        violations.add("refused on the version that was there: " + o);
      }
    }
    checkRealTime(violations);
    return violations;
  }

  private Map<Long, Operation> writes(long first, List<String> violations) {
    Map<Long, Operation> writes = new HashMap<>();
    for (Operation o : operations) {
      if (o.kind == Kind.WRITE) {
        Operation other = writes.putIfAbsent(o.version, o);
        if (other != null) {
          violations.add("a version was made twice: " + other + " and " + o);
        }
      }
    }
    for (long version = first + 1; version <= first + writes.size(); version++) {
      if (!writes.containsKey(version)) {
        violations.add("version " + version + " was made by nobody");
      }
    }
    return writes;
  }

  private static void checkValue(
      Operation o,
      long first,
      int firstValue,
      Map<Long, Operation> writes,
      List<String> violations) {
    if (o.kind == Kind.WRITE || o.value < 0) {
      return;
    }
    Operation write = writes.get(o.version);
    int value = o.version == first ? firstValue : write == null ? -1 : write.value;
    if (o.value != value) {
      violations.add("a value that nobody wrote, or of another version: " + o);
    }
  }

  /** By the moments at which operations began, with the newest version that was known by then. */
  private void checkRealTime(List<String> violations) {
    List<Operation> byBeginning = new ArrayList<>(operations);
    byBeginning.sort(Comparator.comparingLong(Operation::began));
    List<Operation> byEnd = new ArrayList<>(operations);
    byEnd.sort(Comparator.comparingLong(Operation::ended));
    int ended = 0;
    Operation newest = null;
    for (Operation o : byBeginning) {
      for (; ended < byEnd.size() && byEnd.get(ended).ended < o.began; ended++) {
        if (newest == null || byEnd.get(ended).version > newest.version) {
          newest = byEnd.get(ended);
        }
      }
      if (newest != null
          && (o.version < newest.version || o.kind == Kind.WRITE && o.version == newest.version)) {
        violations.add("it went back: " + newest + " had ended before " + o);
      }
    }
  }
}
