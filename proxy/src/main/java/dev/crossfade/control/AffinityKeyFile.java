package dev.crossfade.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The text that holds the keys of the affinity cookie. */
public final class AffinityKeyFile {
  private static final Logger log = LoggerFactory.getLogger(AffinityKeyFile.class);
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
   * @param inForce the text that this gave before; put back where the file has vanished since, for
   *     a new key would forget every visitor. Null at the start
   * @throws StateException if the key is damaged, or can't be read or written
   */
  public static String keptIn(StateSettings settings, @Nullable String inForce)
      throws StateException {
    return keptIn(settings.dir(), inForce, Disk.REAL, new SecureRandom());
  }

  static String keptIn(Path folder, @Nullable String inForce, Disk disk, SecureRandom random)
      throws StateException {
    StateFile file = new StateFile(disk, folder.resolve("affinity.key"));
    try {
      byte[] bytes = file.read();
      if (bytes == null) {
        if (inForce != null) {
          log.warn("{} has vanished; it is put back", file.path());
        }
        String text = inForce == null ? make(random) : inForce;
        bytes = text.getBytes(StandardCharsets.US_ASCII);
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
