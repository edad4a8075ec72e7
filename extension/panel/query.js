import { productPicture, shopLink } from "./card.js";
import { byId, element, foreign } from "./element.js";
import { priceLine } from "./price.js";
import { vibePrint } from "./vibe_print.js";

/** The top of the results: what they are like. */
export class Query {
  #key = null;

  /** @param {{onChoose: () => void}} actions `onChoose` opens the file picker */
  constructor({ onChoose }) {
    this.box = byId("query");
    this.onChoose = onChoose;
  }

  /** A picture the person gave; `address` is an object or data URL, null while it is read. */
  showPicture(address) {
    document.title = "Like your picture · samevibe";
    if (this.#same("picture", address)) return;
    const tile = element("span", { class: "tile tile--query" });
    if (address) {
      tile.append(element("img", { src: address, alt: "Your picture" }));
      tile.classList.add("tile--shown", "tile--photo");
    }
    this.#show(tile, "your picture");
  }

  /** A vector out of a shared address, without its picture. */
  showVector(vector) {
    document.title = "Like a shared picture · samevibe";
    if (this.#same("vector", vector)) return;
    const tile = element("span", { class: "tile tile--query tile--shown" }, vibePrint(vector));
    this.#show(tile, "a shared picture");
  }

  /** Products of the catalogue; `products` may still be empty while the answer is on its way. */
  showProducts(products, api, reference) {
    document.title = products.length ? `Like ${products[0].title} · samevibe` : "samevibe";
    if (this.#same("products", api.server, reference, ...products.map(({ id }) => id))) return;
    if (products.length === 0) {
      this.#show(element("span", { class: "tile tile--query" }), "…");
      return;
    }
    const [first, ...others] = products;
    const tile = productPicture(first, api, "(min-width: 900px) 280px, 96px");
    tile.classList.add("tile--query");
    const more = others.length ? ` and ${others.length} more` : "";
    this.#show(tile, first.title, {
      more,
      shop: shopLink(first.link),
      facts: [
        first.brand ? element("p", { class: "query__brand" }, foreign(first.brand)) : null,
        priceLine(first, reference),
      ],
    });
  }

  /** Whether this is shown already: a picture shown anew would flicker with each turned dial. */
  #same(...key) {
    const before = this.#key;
    this.#key = JSON.stringify(key);
    return this.#key === before;
  }

  #show(tile, name, { more = "", shop = null, facts = [] } = {}) {
    const focused = this.box.contains(document.activeElement);
    this.box.replaceChildren(
      tile,
      element(
        "div",
        { class: "query__words" },
        element(
          "h1",
          { id: "query-heading", tabindex: "-1" },
          element("span", { class: "query__like" }, "Like "),
          foreign(name),
          more,
        ),
        ...facts.filter(Boolean),
        element(
          "div",
          { class: "query__actions" },
          shop
            ? element(
                "a",
                { class: "quiet", href: shop, target: "_blank", rel: "noopener noreferrer" },
                "See in shop",
                element("span", { class: "unseen" }, " (new tab)"),
              )
            : null,
          element(
            "button",
            { type: "button", class: "quiet", onclick: () => this.onChoose() },
            "Use another picture",
          ),
        ),
      ),
    );
    // The words change once more when the answer is there; the focus stays on them.
    if (focused) byId("query-heading").focus({ preventScroll: true });
  }
}
