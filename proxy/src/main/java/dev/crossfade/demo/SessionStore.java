package dev.crossfade.demo;

import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where sessions are kept. Both shops share one, so a visitor who is moved keeps cart and login.
 * Bounded: sessions that were not used for the longest time make room. Safe for use by several
 * threads.
 */
public interface SessionStore {
  /**
   * The session of an id, if there is one.
   *
   * @throws IOException if the store cannot be read
   */
  Optional<Session> find(String id) throws IOException;

  /**
   * Begins an empty session.
   *
   * @return its id
   * @throws IOException if the store cannot be written
   */
  String create() throws IOException;

  /**
   * Changes a session in one step: no other change comes between.
   *
   * @return the session as changed; empty if there is none of this id
   * @throws IOException if the store cannot be read or written
   */
  Optional<Session> change(String id, UnaryOperator<Session> change) throws IOException;

  /**
   * Gives a session a new id, as a login must, so that an id planted before it is worth nothing.
   *
   * @return the new id; empty if there is no session of the old one
   * @throws IOException if the store cannot be written
   */
  Optional<String> renew(String id) throws IOException;

  /**
   * Ends a session, if there is one of this id.
   *
   * @throws IOException if the store cannot be written
   */
  void end(String id) throws IOException;
}
