package dev.crossfade.route;

/**
 * What rules may ask about a request. All offsets lie in {@link #bytes}; from inclusive, to
 * exclusive, -1 for what is not there. Valid until the request is decided.
 */
public interface RequestFacts {
  /** The bytes of the head. */
  byte[] bytes();

  /** Where the method begins. */
  int methodStart();

  /** Behind the method. */
  int methodEnd();

  /**
   * The path for rules: without the query, normalised once (RFC 3986 §6.2.2: unreserved characters
   * decoded, dot segments removed; and double slashes folded). May be another array than {@link
   * #bytes}; filled from 0 to {@link #pathLength}.
   */
  byte[] path();

  /** Bytes of {@link #path} that count. */
  int pathLength();

  /** Where the host begins, the port not included; -1 without one. */
  int hostStart();

  /** Behind the host. */
  int hostEnd();

  /** Address of the client, of trusted proxies looked through: 4 or 16 bytes, empty if unknown. */
  byte[] clientAddress();

  /** How many fields the head has. */
  int fieldCount();

  /** Where the name of a field begins. */
  int nameStart(int field);

  /** Behind the name of a field. */
  int nameEnd(int field);

  /** Where the value of a field begins, white space around it left out. */
  int valueStart(int field);

  /** Behind the value of a field. */
  int valueEnd(int field);
}
