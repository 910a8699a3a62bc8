package dev.crossfade.http;

/**
 * The extensions behind a chunk's size, byte by byte (RFC 9112 §7.1.1). They mean nothing here and
 * are passed on, so whoever reads them next must find their end where it was found here: a quoted
 * string that is not closed may go on behind the line for some. Confined to one thread.
 */
final class ChunkExtension {
  private enum Place {
    BEFORE_NAME,
    NAME,
    BEHIND_NAME,
    BEFORE_VALUE,
    TOKEN,
    QUOTED,
    ESCAPED,
    CLOSED,
    BEHIND_VALUE,
    NOWHERE
  }

  private Place place = Place.NOWHERE;

  /** The first semicolon has come. */
  void begin() {
    place = Place.BEFORE_NAME;
  }

  /** Whether the byte, no CR, may come next. */
  boolean takes(byte c) {
    place =
        switch (place) {
          case BEFORE_NAME -> Bytes.isBlank(c) ? place : token(c, Place.NAME);
          case NAME -> Bytes.isToken(c) ? place : behindName(c);
          case BEHIND_NAME -> behindName(c);
          case BEFORE_VALUE ->
              Bytes.isBlank(c) ? place : c == '"' ? Place.QUOTED : token(c, Place.TOKEN);
          case TOKEN -> Bytes.isToken(c) ? place : behindValue(c);
          case QUOTED -> c == '"' ? Place.CLOSED : c == '\\' ? Place.ESCAPED : text(c);
          case ESCAPED -> text(c);
          case CLOSED, BEHIND_VALUE -> behindValue(c);
          case NOWHERE -> Place.NOWHERE;
        };
    return place != Place.NOWHERE;
  }

  /** Whether the line may end here. */
  boolean mayEnd() {
    return place == Place.NAME || place == Place.TOKEN || place == Place.CLOSED;
  }

  private static Place token(byte c, Place within) {
    return Bytes.isToken(c) ? within : Place.NOWHERE;
  }

  private static Place text(byte c) {
    return Bytes.isFieldValue(c) ? Place.QUOTED : Place.NOWHERE;
  }

  private static Place behindName(byte c) {
    return Bytes.isBlank(c) ? Place.BEHIND_NAME : c == '=' ? Place.BEFORE_VALUE : next(c);
  }

  private static Place behindValue(byte c) {
    return Bytes.isBlank(c) ? Place.BEHIND_VALUE : next(c);
  }

  private static Place next(byte c) {
    return c == ';' ? Place.BEFORE_NAME : Place.NOWHERE;
  }
}
