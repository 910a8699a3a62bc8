package dev.crossfade.demo;

import java.util.List;
import java.util.Optional;

/**
 * Something to buy.
 *
 * @param cents the price
 * @param hue of its picture, 0 to 359
 */
record Product(String id, String name, String text, int cents, int hue) {
  /** All that both versions of the shop sell. */
  static final List<Product> CATALOGUE =
      List.of(
          new Product("1", "Tea pot", "Holds a litre and a long afternoon.", 3490, 12),
          new Product("2", "Oak stool", "Three legs, so it never wobbles.", 7900, 32),
          new Product("3", "Wool blanket", "Heavier than it looks.", 8950, 350),
          new Product("4", "Desk lamp", "Bright where you point it & dark elsewhere.", 5400, 48),
          new Product("5", "Field notebook", "144 pages that take ink well.", 1250, 140),
          new Product("6", "Steel bottle", "Keeps cold what was cold.", 2790, 205),
          new Product("7", "Bicycle bell", "Polite, but audible.", 990, 260),
          new Product("8", "Enamel mug", "Survives being dropped. Twice.", 1490, 180));

  static Optional<Product> find(String id) {
    return CATALOGUE.stream().filter(product -> product.id.equals(id)).findFirst();
  }

  /** An amount as it stands on a page. */
  static String euros(int cents) {
    return "€ %d.%02d".formatted(cents / 100, cents % 100);
  }
}
