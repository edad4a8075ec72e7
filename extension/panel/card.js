import { element, foreign } from "./element.js";
import { priceLine } from "./price.js";

/** The shop's address if it is one a person may follow, else null. */
export function shopLink(link) {
  try {
    const { protocol, href } = new URL(link);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}

/** The product's first picture, sharp on dense screens, or an empty tile when there is none. */
export function productPicture(product, api, sizes) {
  const [hash] = product.pictures;
  const tile = element("span", { class: "tile" });
  if (!hash) return tile;
  tile.append(
    element("img", {
      src: api.picture(hash, 192),
      srcset: `${api.picture(hash, 192)} 192w, ${api.picture(hash, 384)} 384w`,
      sizes,
      alt: product.title,
      loading: "lazy",
      decoding: "async",
      onload: () => tile.classList.add("tile--shown"),
      onerror: () => tile.classList.add("tile--missing"),
    }),
  );
  return tile;
}

/**
 * A product in the grid. The picture is a plain link to the search from this product, so it can
 * be opened in a new tab too.
 *
 * @param {{product: object, href: string, rank: number | null, reference: string | null}} shown
 */
export function card({ product, href, rank = null, reference = null }, api) {
  const shop = shopLink(product.link);
  return element(
    "li",
    { class: "card", "data-id": product.id },
    element(
      "a",
      { class: "card__more", href, "aria-label": `More like this: ${product.title}` },
      productPicture(product, api, "(min-width: 900px) 220px, 45vw"),
      element("span", { class: "card__hint", "aria-hidden": "true" }, "More like this"),
    ),
    rank === null
      ? null
      : element("span", { class: "card__rank", title: `Number ${rank} of all` }, `№ ${rank}`),
    product.brand ? element("p", { class: "card__brand" }, foreign(product.brand)) : null,
    element("h3", { class: "card__title", title: product.title }, foreign(product.title)),
    element(
      "div",
      { class: "card__foot" },
      priceLine(product, reference),
      shop ? shopAnchor(product, shop) : null,
    ),
  );
}

function shopAnchor(product, shop) {
  return element(
    "a",
    {
      class: "card__shop",
      href: shop,
      target: "_blank",
      rel: "noopener noreferrer",
      "aria-label": `See ${product.title} in the shop (new tab)`,
    },
    "See in shop",
  );
}

/** A tile in the shape of a card, while the real one is on its way. */
export function skeletonCard() {
  return element(
    "li",
    { class: "card card--skeleton", "aria-hidden": "true" },
    element("span", { class: "tile" }),
    element("span", { class: "bar" }),
    element("span", { class: "bar bar--short" }),
  );
}
