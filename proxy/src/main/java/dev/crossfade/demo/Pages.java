package dev.crossfade.demo;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pages of one version of the shop. Whatever a visitor wrote is escaped. */
final class Pages {
  private final ShopVersion version;
  private final Look look;

  Pages(ShopVersion version) {
    this.version = version;
    this.look = Look.of(version);
  }

  String css() {
    return look.css();
  }

  String home(Session session) {
    return frame("Everything", session, look.catalogue(Product.CATALOGUE));
  }

  String product(Session session, Product product) {
    return frame(
        product.name(),
        session,
        "<p>%s</p><p><strong>%s</strong></p>%s"
            .formatted(
                Html.escape(product.text()),
                Product.euros(product.cents()),
                Look.buyForm(product)));
  }

  String cart(Session session) {
    return frame(
        "Your cart",
        session,
        session.cart().isEmpty()
            ? "<p>There is nothing in it yet.</p>"
            : cartTable(session, true) + "<p><a href=\"/checkout\">To checkout</a></p>");
  }

  String login(Session session) {
    return frame(
        "Log in",
        session,
        """
        <form method="post" action="/login"><p><label>Your name \
        <input name="name" required maxlength="40" autocomplete="username"></label> \
        <button>Log in</button></p></form><p>This is a demo: any name will do.</p>""");
  }

  /** The order form. The session has an order key. */
  String checkout(Session session) {
    return frame(
        "Checkout",
        session,
        session.cart().isEmpty()
            ? "<p>There is nothing to order.</p>"
            : cartTable(session, false)
                + """
                  <form method="post" action="/checkout"><input type="hidden" name="key" value="%s">\
                  <p><button>Order now</button></p></form>"""
                    .formatted(Html.escape(session.orderKey())));
  }

  String ordered(Session session) {
    return frame(
        "Thank you",
        session,
        "<p>Your order has the number <strong id=\"order\">%s</strong>.</p>"
            .formatted(Html.escape(session.order())));
  }

  String problem(Session session, String title, String text) {
    return frame(title, session, "<p>" + Html.escape(text) + "</p>");
  }

  private static String cartTable(Session session, boolean removable) {
    StringBuilder html =
        new StringBuilder("<table><tr><th>Article</th><th>Pieces</th><th>Price</th><th></th></tr>");
    int sum = 0;
    for (Map.Entry<String, Integer> entry : new TreeMap<>(session.cart()).entrySet()) {
      Optional<Product> product = Product.find(entry.getKey());
      if (product.isPresent()) {
        int price = product.get().cents() * entry.getValue();
        sum += price;
        html.append(
            "<tr><td>%s</td><td>%d</td><td>%s</td><td>%s</td></tr>\n"
                .formatted(
                    Look.link(product.get()),
                    entry.getValue(),
                    Product.euros(price),
                    removable ? removeForm(product.get()) : ""));
      }
    }
    return html.append(
            "<tr><th>Sum</th><th></th><th>%s</th><th></th></tr></table>"
                .formatted(Product.euros(sum)))
        .toString();
  }

  private static String removeForm(Product product) {
    return """
        <form method="post" action="/cart"><input type="hidden" name="action" value="remove">\
        <input type="hidden" name="product" value="%s"><button>Remove</button></form>"""
        .formatted(Html.escape(product.id()));
  }

  private String frame(String title, Session session, String content) {
    return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%1$s · %2$s</title><link rel="icon" href="data:,">
        <link rel="stylesheet" href="/assets/shop.css?v=%3$s"></head><body>
        <div class="banner">Served by the <strong>%3$s</strong> version (%2$s)</div>
        <header><h1>%2$s</h1><nav><a href="/">Shop</a> <a href="/cart">Cart (%4$d)</a> %5$s</nav></header>
        <main><h2>%1$s</h2>
        %6$s
        </main>
        <footer>Testers: <a href="/enable-upgrade.html">see the new version</a>,
        <a href="/disable-upgrade.html">go back to chance</a>.</footer>
        </body></html>
        """
        .formatted(
            Html.escape(title),
            Html.escape(version.title()),
            version.side(),
            session.pieces(),
            session.customer().isEmpty()
                ? "<a href=\"/login\">Log in</a>"
                : "<span>%s</span> <a href=\"/logout\">Log out</a>"
                    .formatted(Html.escape(session.customer())),
            content);
  }
}
