import { card } from "./card.js";
import { byId, element } from "./element.js";
import { Grid } from "./grid.js";
import { emptyState, writeHash } from "./state.js";

const SHOWN = 24;

/** The products offered to someone who comes without a picture: one a cluster of the shop. */
export class Start {
  #loaded = false;
  products = [];

  constructor() {
    this.box = byId("begin");
    this.grid = new Grid(byId("start-grid"));
  }

  /** Loads them once for a server. Throws ApiError. */
  async show(api, reference) {
    if (this.#loaded) return;
    this.wait();
    try {
      const products = await api.start(SHOWN);
      this.grid.show(
        products.map((product) => {
          const href = `#${writeHash({ ...emptyState(), products: [product.id] })}`;
          return card({ product, href, reference }, api);
        }),
      );
      this.products = products;
      this.#fillArches(products, api);
      this.box.hidden = products.length === 0;
      this.#loaded = true;
    } finally {
      this.grid.settle();
    }
  }

  /** The two echoes beside the empty arch; they are decoration, the grid has the same products. */
  #fillArches(products, api) {
    const arches = [...byId("arches").children].slice(1);
    for (const [at, arch] of arches.entries()) {
      const hash = products[at]?.pictures[0];
      arch.replaceChildren(
        ...(hash ? [element("img", { src: api.picture(hash, 384), alt: "" })] : []),
      );
    }
  }

  /** Shows grey tiles until the server is known. */
  wait() {
    if (this.#loaded) return;
    this.box.hidden = false;
    this.grid.wait();
  }

  /** The server couldn't be reached: no grey tiles that would promise something. */
  settle() {
    this.grid.settle();
    this.box.hidden = !this.#loaded;
  }

  forget() {
    this.#loaded = false;
    this.grid.clear();
  }
}
