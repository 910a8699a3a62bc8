package dev.crossfade.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The text that holds the keys of the affinity cookie. */
public final class AffinityKeyFile {
  private static final int KEY_BYTES = 32;

  private AffinityKeyFile() {}

  /**
   * The text of a key file that the configuration names.
   *
   * @throws IOException if it is missing or can't be read
   */
  public static String read(Path configured) throws IOException {
    return Files.readString(configured, StandardCharsets.ISO_8859_1);
  }

  /**
   * The text of the key kept in the state folder, which is made once. To be called by the process
   * that holds the folder ({@link FilePlanStore#open}).
   *
   * @throws StateException if the key is damaged, or can't be read or written
   */
  public static String keptIn(StateSettings settings) throws StateException {
    return keptIn(settings.dir(), Disk.REAL, new SecureRandom());
  }

  static String keptIn(Path folder, Disk disk, SecureRandom random) throws StateException {
    StateFile file = new StateFile(disk, folder.resolve("affinity.key"));
    try {
      byte[] bytes = file.read();
      if (bytes == null) {
        bytes = make(random).getBytes(StandardCharsets.US_ASCII);
        file.replace(bytes);
      }
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      if (!text.matches("[0-9a-fA-F]{" + 2 * KEY_BYTES + "}\\n?")) {
        throw new StateException(
            file.path()
                + " is damaged. Restore it from a backup; if it is moved away, a new key is made"
                + " and every visitor's affinity cookie counts as absent.");
      }
      return text;
    } catch (IOException e) {
      throw new StateException(file.path() + " can't be read or written: " + e, e);
    }
  }

  private static String make(SecureRandom random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return HexFormat.of().formatHex(key) + "\n";
  }
}
