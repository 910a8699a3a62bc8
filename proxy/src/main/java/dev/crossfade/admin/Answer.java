package dev.crossfade.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param body not to be changed
 * @param headers besides those that every answer has
 */
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {

  static Answer json(byte[] body) {
    return new Answer(200, "application/json", body, Map.of());
  }

  /** The same with one more header. */
  Answer with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, contentType, body, more);
  }
}
