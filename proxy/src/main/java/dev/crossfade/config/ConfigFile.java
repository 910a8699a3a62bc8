package dev.crossfade.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file: HOCON, all keys below {@code crossfade}, what it leaves out taken from
 * {@code reference.conf}. System properties are not looked at, and the environment only where the
 * file says <code>${NAME}</code>. Reads files, but opens no connection and looks up no name. Safe
 * from any thread.
 */
public final class ConfigFile {
  private static final String ROOT = "crossfade";

  private ConfigFile() {}

  /**
   * Reads and checks a file and all files it names. Relative paths in it start from its own folder.
   *
   * @throws ConfigProblems with all that is wrong with it
   */
  public static Settings load(Path file) throws ConfigProblems {
    return read(file, System.getenv()).settings();
  }

  /** The defaults alone. Relative paths start from the working directory. */
  public static Settings defaults() {
    try {
      return read(null, Map.of()).settings();
    } catch (ConfigProblems e) {
      throw new IllegalStateException("The defaults are refused", e);
    }
  }

  /**
   * What was read.
   *
   * @param values every key with its value and source
   */
  record Loaded(Settings settings, List<EffectiveValue> values) {}

  /**
   * @param file null for the defaults alone
   */
  static Loaded read(@Nullable Path file, Map<String, String> environment) throws ConfigProblems {
    Source whole = file == null ? Source.DEFAULTS : new Source(file.toString(), 0);
    Reading reading = new Reading(new Variables(environment));
    try {
      Section tree = tree(file, whole, reading);
      Optional<Settings> settings =
          new SettingsReader(reading, tree.section(ROOT), folderOf(file)).read(file);
      tree.refuseUnknownKeys();
      reading.refuseIfWrong();
      return new Loaded(settings.orElseThrow(), reading.values());
    } catch (ConfigException e) {
      // What a stand-in can't be joined to is no news beside the variable that is not set.
      if (reading.variables.untold().isEmpty()) {
        Source at = e.origin() == null ? null : Source.of(e.origin());
        reading.problem(at == null ? whole : at, "", inShort(e));
      }
    } catch (Unfit e) {
      reading.problem(whole, "", String.valueOf(e.getMessage()));
    }
    throw reading.refused();
  }

  private static Section tree(@Nullable Path file, Source whole, Reading reading) throws Unfit {
    Config defaults =
        ConfigFactory.parseResources(ConfigFile.class.getClassLoader(), "reference.conf")
            .withOnlyPath(ROOT);
    Config parsed = file == null ? ConfigFactory.empty() : parse(file);
    Config merged = reading.variables.resolve(parsed.withFallback(defaults), whole);
    Node root = new Node("", merged.root(), parsed.root(), whole);
    return Section.root(reading, root, defaults.root());
  }

  private static Config parse(Path file) throws Unfit {
    if (!Files.exists(file)) {
      throw new Unfit("there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new Unfit("is no regular file");
    }
    try {
      // Looked at before it is parsed: the parser would put a mark in the place of a bad byte.
      Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new Unfit("is no text in UTF-8");
    } catch (IOException e) {
      throw new Unfit("can't be read");
    }
    return ConfigFactory.parseFile(
        file.toFile(),
        ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false));
  }

  private static Path folderOf(@Nullable Path file) {
    Path folder = file == null ? Path.of("") : file.toAbsolutePath().getParent();
    return folder == null ? Path.of("/") : folder.toAbsolutePath();
  }

  /** What the library says, without the place, which we say ourselves, and without its guesses. */
  private static String inShort(ConfigException e) {
    String text = String.valueOf(e.getMessage());
    String place = e.origin() == null ? "" : e.origin().description() + ": ";
    text = text.startsWith(place) ? text.substring(place.length()) : text;
    int guess = text.indexOf(" (");
    text = (guess > 0 ? text.substring(0, guess) : text).strip();
    return text.endsWith("end of file")
        ? "the file ends where a brace, a bracket or a value is still open"
        : text;
  }
}
