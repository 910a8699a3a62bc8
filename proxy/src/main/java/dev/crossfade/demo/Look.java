package dev.crossfade.demo;

import java.util.List;

/** What tells one version of the shop from the other to the eye. */
interface Look {
  /** The style sheet. */
  String css();

  /** All products, with a way to buy each. */
  String catalogue(List<Product> products);

  /** The look of a version. */
  static Look of(ShopVersion version) {
    return version == ShopVersion.OLD ? new OldLook() : new NewLook();
  }

  /** The form that puts a product into the cart. */
  static String buyForm(Product product) {
    return """
        <form method="post" action="/cart"><input type="hidden" name="action" value="add">\
        <input type="hidden" name="product" value="%s"><button>Add to cart</button></form>"""
        .formatted(Html.escape(product.id()));
  }

  /** The link to a product's page. */
  static String link(Product product) {
    return "<a href=\"/product/%s\">%s</a>"
        .formatted(Html.escape(product.id()), Html.escape(product.name()));
  }
}
