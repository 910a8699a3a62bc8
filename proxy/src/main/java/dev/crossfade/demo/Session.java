package dev.crossfade.demo;

import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a shop knows of one visitor. Immutable.
 *
 * @param cart pieces by the id of the product, each at least 1
 * @param customer the name given at login, empty before
 * @param orderKey the key in the order form that was shown last; it makes one order. Empty for none
 * @param usedOrderKey the key of the last order, empty for none
 * @param order the number of the last order, empty for none
 */
public record Session(
    Map<String, Integer> cart,
    String customer,
    String orderKey,
    String usedOrderKey,
    String order) {

  /** More of one product than anyone carries home. */
  static final int MOST_OF_ONE = 99;

  private static final SecureRandom RANDOM = new SecureRandom();

  /** What PHP makes session ids of, five bits a character. */
  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuv";

  static final Session EMPTY = new Session(Map.of(), "", "", "", "");

  /** Takes a copy of the cart. */
  public Session {
    cart = Map.copyOf(cart);
  }

  /** A random id like those of PHP: 26 characters. */
  static String newId() {
    return random(26);
  }

  /** Whether a text has the form of an id, and so is safe as a file's name. */
  static boolean isId(String text) {
    return text.length() == 26 && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
  }

  Session withAdded(Product product) {
    Map<String, Integer> more = new TreeMap<>(cart);
    more.merge(product.id(), 1, (a, b) -> Math.min(a + b, MOST_OF_ONE));
    return new Session(more, customer, orderKey, usedOrderKey, order);
  }

  Session without(Product product) {
    Map<String, Integer> less = new TreeMap<>(cart);
    less.remove(product.id());
    return new Session(less, customer, orderKey, usedOrderKey, order);
  }

  Session as(String name) {
    return new Session(cart, name, orderKey, usedOrderKey, order);
  }

  /** With a key for the order form; one that is not used yet stays. */
  Session withOrderKey() {
    return orderKey.isEmpty() ? new Session(cart, customer, random(20), usedOrderKey, order) : this;
  }

  /**
   * With the cart ordered, if the key is that of the form shown last. A key that was used already,
   * as when a page is loaded again or a button is pressed twice, orders nothing more.
   */
  Session ordered(String key) {
    boolean good = !key.isEmpty() && key.equals(orderKey) && !cart.isEmpty();
    return good ? new Session(Map.of(), customer, "", key, random(8)) : this;
  }

  /** Whether this key has made the last order. */
  boolean hasOrdered(String key) {
    return !key.isEmpty() && key.equals(usedOrderKey);
  }

  int pieces() {
    return cart.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder(length);
    RANDOM.ints(length, 0, ALPHABET.length()).forEach(i -> text.append(ALPHABET.charAt(i)));
    return text.toString();
  }
}
