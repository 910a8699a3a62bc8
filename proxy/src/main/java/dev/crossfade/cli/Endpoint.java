package dev.crossfade.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * One endpoint as {@code GET /upstreams} shows it.
 *
 * @param view its other members
 */
record Endpoint(String side, String address, JsonObject view) {

  /** Those of both sides, in the order of the configuration. */
  static List<Endpoint> all(JsonObject upstreams) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String side : List.of("old", "new")) {
      for (JsonObject view : upstreams.object(side).objects("endpoints")) {
        endpoints.add(new Endpoint(side, view.text("address", "?"), view));
      }
    }
    return endpoints;
  }
}
