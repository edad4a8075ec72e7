import { Categories } from "./categories.js";
import { byId } from "./element.js";
import { PriceRange } from "./price_range.js";
import { countFilters, noFilters } from "./state.js";

/** What the server is asked to leave out, or undefined without any filter. */
export function askedFilters(filters) {
  const asked = {};
  if (filters.categories.length) asked.categories = filters.categories;
  if (filters.from !== null) asked.price_min = filters.from;
  if (filters.to !== null) asked.price_max = filters.to;
  return Object.keys(asked).length ? asked : undefined;
}

/** Category and price filters, and how many are on. */
export class Filters {
  #filters = noFilters();

  /** @param {(filters: object) => void} onChange */
  constructor(onChange) {
    const change = (part) => {
      this.#filters = { ...this.#filters, ...part };
      this.#count();
      onChange(this.#filters);
    };
    this.categories = new Categories((categories) => change({ categories }));
    this.price = new PriceRange((range) => change(range));
    byId("filters-body").append(this.categories.box, this.price.box);
    byId("filters-reset").addEventListener("click", () => {
      this.show(noFilters());
      this.categories.search.focus();
      onChange(this.#filters);
    });
  }

  build(categories, about) {
    this.categories.build(categories);
    this.price.build(about.price_range, about.reference_currency);
    this.show(this.#filters);
  }

  show(filters) {
    this.#filters = filters;
    this.categories.show(filters.categories);
    this.price.show(filters);
    this.#count();
  }

  #count() {
    const count = countFilters(this.#filters);
    byId("filters-count").textContent = count || "";
    byId("filters-reset").hidden = count === 0;
  }
}
