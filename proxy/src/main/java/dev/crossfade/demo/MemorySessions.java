package dev.crossfade.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Sessions in memory, for shops in one process. */
public final class MemorySessions implements SessionStore {
  private final LinkedHashMap<String, Session> byUse = new LinkedHashMap<>(16, 0.75f, true);
  private final int most;

  /**
   * @param most how many are kept, at least 1
   */
  public MemorySessions(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("A store keeps at least one session, not " + most + ".");
    }
    this.most = most;
  }

  @Override
  public synchronized Optional<Session> find(String id) {
    return Optional.ofNullable(byUse.get(id));
  }

  @Override
  public synchronized String create() {
    String id = Session.newId();
    byUse.put(id, Session.EMPTY);
    if (byUse.size() > most) {
      Map.Entry<String, Session> eldest = byUse.entrySet().iterator().next();
      byUse.remove(eldest.getKey());
    }
    return id;
  }

  @Override
  public synchronized Optional<Session> change(String id, UnaryOperator<Session> change) {
    return Optional.ofNullable(byUse.computeIfPresent(id, (key, session) -> change.apply(session)));
  }

  @Override
  public synchronized Optional<String> renew(String id) {
    Session session = byUse.remove(id);
    if (session == null) {
      return Optional.empty();
    }
    String renewed = Session.newId();
    byUse.put(renewed, session);
    return Optional.of(renewed);
  }

  @Override
  public synchronized void end(String id) {
    byUse.remove(id);
  }
}
