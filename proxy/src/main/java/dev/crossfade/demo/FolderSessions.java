package dev.crossfade.demo;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Sessions in a folder, one small file each, for shops in several processes. A file is replaced by
 * a rename, so a reader sees it before or after a change and never half of it; changes hold a lock
 * on the folder.
 */
public final class FolderSessions implements SessionStore {
  private static final String SUFFIX = ".session";
  private static final String PIECES = "cart.";

  /** Counting the files is dear; so many too many do no harm. */
  private static final int CREATIONS_BETWEEN_CLEANINGS = 100;

  private final Path folder;
  private final int most;
  private int creations;

  /**
   * @param folder made where it is missing
   * @param most how many are kept, give or take a hundred
   * @throws IOException if the folder cannot be made
   */
  public FolderSessions(Path folder, int most) throws IOException {
    this.folder = folder;
    this.most = most;
    Files.createDirectories(folder);
  }

  @Override
  public Optional<Session> find(String id) throws IOException {
    return Session.isId(id) ? read(file(id)) : Optional.empty();
  }

  @Override
  public String create() throws IOException {
    return locked(
        () -> {
          String id = Session.newId();
          write(id, Session.EMPTY);
          if (++creations % CREATIONS_BETWEEN_CLEANINGS == 0) {
            clean();
          }
          return id;
        });
  }

  @Override
  public Optional<Session> change(String id, UnaryOperator<Session> change) throws IOException {
    return locked(
        () -> {
          Optional<Session> changed = find(id).map(change);
          if (changed.isPresent()) {
            write(id, changed.get());
          }
          return changed;
        });
  }

  @Override
  public Optional<String> renew(String id) throws IOException {
    return locked(
        () -> {
          if (find(id).isEmpty()) {
            return Optional.empty();
          }
          String renewed = Session.newId();
          Files.move(file(id), file(renewed), StandardCopyOption.ATOMIC_MOVE);
          return Optional.of(renewed);
        });
  }

  @Override
  public void end(String id) throws IOException {
    if (Session.isId(id)) {
      locked(() -> Files.deleteIfExists(file(id)));
    }
  }

  private Path file(String id) {
    return folder.resolve(id + SUFFIX);
  }

  private static Optional<Session> read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Map<String, Integer> cart = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(PIECES)) {
        cart.put(name.substring(PIECES.length()), Integer.valueOf(properties.getProperty(name)));
      }
    }
    return Optional.of(
        new Session(
            cart,
            properties.getProperty("customer", ""),
            properties.getProperty("order-key", ""),
            properties.getProperty("used-order-key", ""),
            properties.getProperty("order", "")));
  }

  private void write(String id, Session session) throws IOException {
    Properties properties = new Properties();
    session.cart().forEach((product, n) -> properties.setProperty(PIECES + product, n.toString()));
    properties.setProperty("customer", session.customer());
    properties.setProperty("order-key", session.orderKey());
    properties.setProperty("used-order-key", session.usedOrderKey());
    properties.setProperty("order", session.order());
    Path written = Files.createTempFile(folder, "new-", ".tmp");
    try (Writer writer = Files.newBufferedWriter(written)) {
      properties.store(writer, null);
    }
    Files.move(written, file(id), StandardCopyOption.ATOMIC_MOVE);
  }

  private void clean() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
    if (files.size() <= most) {
      return;
    }
    Map<Path, FileTime> used = new TreeMap<>();
    for (Path file : files) {
      used.put(file, Files.getLastModifiedTime(file));
    }
    files.stream()
        .sorted(Comparator.comparing(used::get))
        .limit(files.size() - most)
        .forEach(file -> file.toFile().delete());
  }

  /** Keeps other processes out by the file's lock, and threads of this one by the monitor. */
  private synchronized <T> T locked(Step<T> step) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Released with the channel.
      channel.lock();
      return step.take();
    }
  }

  private interface Step<T> {
    T take() throws IOException;
  }
}
