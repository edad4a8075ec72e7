import { element } from "./element.js";
import { formatPrice } from "./price.js";

/** Two ends of a price, each of which may stay open, in the server's reference currency. */
export class PriceRange {
  /** @param {(range: {from: number | null, to: number | null}) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.from = this.#field("price-from", "From");
    this.to = this.#field("price-to", "To");
    this.legend = element("legend", {}, "Price");
    this.warning = element("p", { class: "price-range__warning", role: "alert", hidden: true });
    this.box = element(
      "fieldset",
      { class: "price-range" },
      this.legend,
      element(
        "div",
        { class: "price-range__fields" },
        element("label", { for: "price-from" }, "from"),
        this.from,
        element("label", { for: "price-to" }, "to"),
        this.to,
      ),
      this.warning,
    );
  }

  /** @param {{min: number, max: number} | null} range of the whole catalogue */
  build(range, currency) {
    this.box.hidden = range === null;
    this.legend.textContent = `Price in ${currency}`;
    if (range) {
      const round = (value) => formatPrice({ amount: String(value), currency });
      this.from.placeholder = round(Math.floor(range.min));
      this.to.placeholder = round(Math.ceil(range.max));
    }
  }

  show({ from, to }) {
    this.from.value = from ?? "";
    this.to.value = to ?? "";
    this.warning.hidden = true;
  }

  #field(id, name) {
    return element("input", {
      type: "number",
      id,
      min: 0,
      step: "any",
      inputmode: "decimal",
      autocomplete: "off",
      "aria-label": `${name} what price`,
      onchange: () => this.#changed(),
    });
  }

  #changed() {
    const read = (field) => (field.value === "" ? null : Number(field.value));
    const [from, to] = [read(this.from), read(this.to)];
    let wrong = "";
    if (!this.from.validity.valid || !this.to.validity.valid)
      wrong = "A price is a number, 0 or more.";
    else if (from !== null && to !== null && from > to) wrong = "“From” is above “to”.";
    this.warning.textContent = wrong;
    this.warning.hidden = !wrong;
    if (!wrong) this.onChange({ from, to });
  }
}
