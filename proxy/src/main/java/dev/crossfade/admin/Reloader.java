package dev.crossfade.admin;

import dev.crossfade.control.Author;
import dev.crossfade.control.ChangeRefused;
import dev.crossfade.control.InForce;
import dev.crossfade.control.Precondition;

/** Takes the changed configuration file, all of it or nothing. */
@FunctionalInterface
public interface Reloader {
  /**
   * Called on a thread that may wait.
   *
   * @throws ReloadRefused if the file is refused; nothing has changed then
   * @throws ChangeRefused if the state has moved on, or could not be stored
   */
  InForce reload(Author author, String reason, Precondition ifMatch)
      throws ReloadRefused, ChangeRefused;

  /** The configuration file was refused. */
  final class ReloadRefused extends Exception {
    /** With all problems in words for operators: file, line, key and what was expected. */
    public ReloadRefused(String problems) {
      super(problems);
    }
  }
}
