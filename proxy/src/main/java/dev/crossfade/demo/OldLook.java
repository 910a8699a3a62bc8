package dev.crossfade.demo;

import java.util.List;

/** Tables, grey and blue: a shop of about 2010. */
final class OldLook implements Look {
  @Override
  public String css() {
    return """
        body { margin: 0; font: 13px/1.4 Verdana, Arial, sans-serif; color: #222; background: #d8dce2; }
        .banner { background: #26466d; color: #fff; padding: 4px 12px; font-size: 11px; }
        header, main, footer { max-width: 760px; margin: 0 auto; background: #fff; padding: 10px 16px;
          border: 1px solid #8a97a8; border-width: 0 1px; }
        header { background: #4a6d99; color: #fff; border-color: #26466d; }
        header h1 { margin: 0 0 6px; font: bold 22px Georgia, serif; }
        header nav a { color: #fff; margin-right: 14px; }
        h2 { font: bold 16px Georgia, serif; color: #26466d; border-bottom: 2px solid #4a6d99; }
        a { color: #0033aa; }
        table { width: 100%; border-collapse: collapse; }
        th { background: #c9d3e0; text-align: left; }
        th, td { border: 1px solid #8a97a8; padding: 5px 8px; }
        tr:nth-child(even) td { background: #eef1f5; }
        form { display: inline; }
        button { background: #e6e6e6; border: 2px outset #ccc; font: 12px Verdana, Arial, sans-serif;
          padding: 2px 8px; }
        footer { border-bottom-width: 1px; font-size: 11px; color: #555; }
        """;
  }

  @Override
  public String catalogue(List<Product> products) {
    StringBuilder html =
        new StringBuilder(
            "<table><tr><th>Article</th><th>Description</th><th>Price</th><th></th></tr>");
    for (Product product : products) {
      html.append(
          "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n"
              .formatted(
                  Look.link(product),
                  Html.escape(product.text()),
                  Product.euros(product.cents()),
                  Look.buyForm(product)));
    }
    return html.append("</table>").toString();
  }
}
