package dev.crossfade.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree.
 *
 * @param path from the root, such as {@code crossfade.listen[0].address}
 * @param value with defaults and substitutions
 * @param parsed the same place in the file before substitution, null where it can't be told
 */
record Node(String path, ConfigValue value, @Nullable ConfigValue parsed, Source source) {

  /** The place below, which is there. */
  Node child(String key) {
    ConfigValue below = ((ConfigObject) value).get(key);
    if (below == null) {
      throw new IllegalStateException(pathOf(key) + " is neither in the file nor in the defaults");
    }
    return below(pathOf(key), below, parsedChild(key));
  }

  /** The place of a key that may be there or not, for messages. */
  String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** An element of the list that this is. */
  Node element(int index) {
    return below(path + "[" + index + "]", ((ConfigList) value).get(index), parsedElement(index));
  }

  private Node below(String path, ConfigValue value, @Nullable ConfigValue parsed) {
    // What a substitution brought says where the variable came from, not where it is used: so the
    // value as parsed comes first.
    return new Node(path, value, parsed, Source.ofFirst(Arrays.asList(parsed, value), source));
  }

  private @Nullable ConfigValue parsedChild(String key) {
    try {
      return parsed instanceof ConfigObject object ? object.get(key) : null;
    } catch (ConfigException.NotResolved e) {
      return null;
    }
  }

  private @Nullable ConfigValue parsedElement(int index) {
    return parsed instanceof ConfigList list && index < list.size() ? list.get(index) : null;
  }
}
