import { byId, element } from "./element.js";

/** The dial's seven places: a factor of the facet's default weight, and its words. */
export const PLACES = [
  { factor: 0, words: "ignore it" },
  { factor: 0.25, words: "much less" },
  { factor: 0.5, words: "less" },
  { factor: 1, words: "as usual" },
  { factor: 2, words: "more" },
  { factor: 4, words: "much more" },
  { factor: 8, words: "above all" },
];

const LABELS = {
  kind: "Same kind",
  look: "Same look",
  outline: "Same outline",
  colour: "Same colour",
  wearer: "For the same people",
  price: "Same price tier",
  brand: "Same brand",
};

export const facetLabel = (name) => LABELS[name] ?? `Same ${name}`;

/** Index of the place nearest to a factor that may come from anywhere (an address). */
export function placeOf(factor) {
  const distance = (place) => Math.abs(place.factor - factor);
  return PLACES.reduce(
    (best, place, index) => (distance(place) < distance(PLACES[best]) ? index : best),
    0,
  );
}

/**
 * The weights to ask the server for, or undefined with every dial as usual. Throws RangeError
 * when nothing is left to compare by.
 */
export function askedWeights(facets, factors) {
  if (facets.every(({ name }) => (factors[name] ?? 1) === 1)) return undefined;
  const weights = facets.map(({ name, weight }) => [name, weight * (factors[name] ?? 1)]);
  if (weights.every(([, weight]) => weight === 0)) {
    throw new RangeError("Every dial is at “ignore it”. Turn one up to search by it.");
  }
  return Object.fromEntries(weights);
}

/** One slider a facet. Turning searches again with the vector at hand. */
export class Dials {
  #dials = new Map();

  /** @param {(factors: Record<string, number>) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.reset = byId("dials-reset");
    this.reset.addEventListener("click", () => {
      this.show({});
      this.#dials.values().next().value?.range.focus();
      onChange({});
    });
  }

  /** @param {{name: string, about: string, weight: number}[]} facets as the server names them */
  build(facets) {
    this.#dials.clear();
    byId("dials-list").replaceChildren(
      ...facets.map(({ name, about }) => {
        const id = `dial-${name}`;
        // For the eye; the slider says them itself (aria-valuetext).
        const words = element("span", { class: "dial__words", "aria-hidden": "true" });
        const range = element("input", {
          type: "range",
          id,
          min: 0,
          max: PLACES.length - 1,
          step: 1,
          "data-facet": name,
          oninput: () => this.#describe(name),
          onchange: () => this.onChange(this.factors),
        });
        this.#dials.set(name, { range, words });
        return element(
          "div",
          { class: "dial" },
          element("label", { for: id, title: about }, facetLabel(name)),
          words,
          range,
        );
      }),
    );
    this.show({});
  }

  get factors() {
    const turned = {};
    for (const [name, { range }] of this.#dials) {
      const { factor } = PLACES[Number(range.value)];
      if (factor !== 1) turned[name] = factor;
    }
    return turned;
  }

  show(factors) {
    for (const [name, { range }] of this.#dials) {
      range.value = placeOf(factors[name] ?? 1);
      this.#describe(name);
    }
  }

  #describe(name) {
    const { range, words } = this.#dials.get(name);
    words.textContent = PLACES[Number(range.value)].words;
    range.setAttribute("aria-valuetext", words.textContent);
    const turned = Object.keys(this.factors).length;
    this.reset.hidden = turned === 0;
    byId("dials-count").textContent = turned || "";
  }
}
