package dev.crossfade.loadtest;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The session store that both application versions share: a cart for every session id. Thread-safe.
 */
final class Sessions {
  private final Map<String, Integer> carts = new HashMap<>();
  private final SplittableRandom random;

  Sessions(long seed) {
    random = new SplittableRandom(seed);
  }

  /** An id of 26 letters and digits, as PHP makes them. */
  synchronized String newId() {
    StringBuilder id = new StringBuilder(26);
    for (int i = 0; i < 26; i++) {
      id.append(Character.forDigit(random.nextInt(36), 36));
    }
    return id.toString();
  }

  /** Things in the cart of a session; an unknown one begins empty. */
  synchronized int cart(String id) {
    return carts.computeIfAbsent(id, key -> 0);
  }

  synchronized int addToCart(String id) {
    return carts.merge(id, 1, Integer::sum);
  }

  /** Gives a session a new id; the old one is known no more. */
  synchronized String renew(@Nullable String id) {
    String next = newId();
    Integer cart = carts.remove(id);
    carts.put(next, cart == null ? 0 : cart);
    return next;
  }
}
