package dev.crossfade.demo;

import java.util.List;

/** Cards on a light ground: what shops look like now. */
final class NewLook implements Look {
  @Override
  public String css() {
    return """
        :root { --ink: #14231c; --leaf: #0b7a53; --ground: #f4f7f5; }
        * { box-sizing: border-box; }
        body { margin: 0; font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
        .banner { background: var(--leaf); color: #fff; padding: .4rem 1rem; text-align: center; font-size: .85rem; }
        header, main, footer { max-width: 68rem; margin: 0 auto; padding: 1rem 1.5rem; }
        header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; justify-content: space-between; }
        header h1 { margin: 0; font-size: 1.7rem; letter-spacing: -.03em; }
        nav { display: flex; flex-wrap: wrap; gap: 1.2rem; }
        a { color: var(--leaf); text-decoration: none; }
        a:hover { text-decoration: underline; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1.2rem; }
        .card { background: #fff; border-radius: 1rem; overflow: hidden; box-shadow: 0 .3rem 1.2rem #14231c1a; }
        .card svg { display: block; width: 100%; }
        .card div { padding: 1rem; }
        .card p { margin: .2rem 0 .8rem; color: #4b5a53; min-height: 3.2em; }
        button { background: var(--leaf); color: #fff; border: 0; border-radius: 2rem; padding: .5rem 1.2rem; font: inherit; cursor: pointer; }
        button:hover { filter: brightness(1.1); }
        input { font: inherit; padding: .4rem .8rem; border: 1px solid #b9c7c0; border-radius: .6rem; }
        table { width: 100%; border-collapse: collapse; background: #fff; border-radius: 1rem; overflow: hidden; }
        th, td { text-align: left; padding: .7rem 1rem; border-bottom: 1px solid #e4ece8; }
        footer { font-size: .85rem; color: #4b5a53; }
        """;
  }

  @Override
  public String catalogue(List<Product> products) {
    StringBuilder html = new StringBuilder("<div class=\"cards\">");
    for (Product product : products) {
      html.append(
          """
          <article class="card">%s<div><strong>%s</strong> %s<p>%s</p>%s</div></article>
          """
              .formatted(
                  picture(product),
                  Look.link(product),
                  Product.euros(product.cents()),
                  Html.escape(product.text()),
                  Look.buyForm(product)));
    }
    return html.append("</div>").toString();
  }

  private static String picture(Product product) {
    int hue = product.hue();
    return """
        <svg viewBox="0 0 200 110" role="img" aria-label="%s"><rect width="200" height="110" \
        fill="hsl(%d 60%% 88%%)"/><circle cx="%d" cy="62" r="34" fill="hsl(%d 55%% 62%%)"/>\
        <rect x="%d" y="34" width="46" height="46" rx="10" fill="hsl(%d 60%% 45%% / .7)"/></svg>"""
        .formatted(
            Html.escape(product.name()), hue, 70 + hue % 40, hue, 90 + hue % 30, (hue + 30) % 360);
  }
}
