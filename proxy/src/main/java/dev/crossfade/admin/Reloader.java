package dev.crossfade.admin;

import dev.crossfade.control.Author;
import dev.crossfade.control.ChangeRefused;
import dev.crossfade.control.InForce;
import dev.crossfade.control.Precondition;
import java.util.List;

/** Takes the changed configuration file, all of it or nothing. */
@FunctionalInterface
public interface Reloader {
  /**
   * Called on a thread that may wait.
   *
   * @throws ReloadRefused if the file is refused; nothing has changed then
   * @throws ChangeRefused if the state has moved on, or could not be stored
   */
  Reloaded reload(Author author, String reason, Precondition ifMatch)
      throws ReloadRefused, ChangeRefused;

  /**
   * What came of it.
   *
   * @param changed the keys that say another thing than before, or name a file that does
   */
  record Reloaded(InForce inForce, List<String> changed) {
    /** Copies the list. */
    public Reloaded {
      changed = List.copyOf(changed);
    }
  }

  /** The configuration file was refused. */
  final class ReloadRefused extends Exception {
    /** With all problems in words for operators: file, line, key and what was expected. */
    public ReloadRefused(String problems) {
      super(problems);
    }
  }
}
