import { element, foreign } from "./element.js";

/** A searchable list of the shop's categories, of which any number can be ticked. */
export class Categories {
  #rows = new Map();

  /** @param {(names: string[]) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.search = element("input", {
      type: "search",
      id: "category-search",
      placeholder: "Find a category",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.#narrow(),
      onkeydown: (event) => {
        if (event.key === "Escape" && this.search.value) {
          event.stopPropagation();
          this.search.value = "";
          this.#narrow();
        }
      },
    });
    this.list = element("ul", { class: "categories__list" });
    this.none = element("p", { class: "categories__none", hidden: true }, "No such category here.");
    this.box = element(
      "fieldset",
      { class: "categories" },
      element("legend", {}, "Categories"),
      element("label", { class: "unseen", for: "category-search" }, "Find a category"),
      this.search,
      this.list,
      this.none,
    );
  }

  /** @param {{name: string, count: number}[]} categories most frequent first */
  build(categories) {
    this.#rows.clear();
    for (const [index, { name, count }] of categories.entries()) {
      const box = element("input", {
        type: "checkbox",
        id: `category-${index}`,
        value: name,
        onchange: () => this.onChange(this.chosen),
      });
      const row = element(
        "li",
        {},
        box,
        element(
          "label",
          { for: box.id },
          foreign(name),
          " ",
          element("span", { class: "categories__count" }, count.toLocaleString()),
        ),
      );
      this.#rows.set(name, { box, row });
    }
    this.#order();
  }

  get chosen() {
    return [...this.#rows].filter(([, { box }]) => box.checked).map(([name]) => name);
  }

  show(names) {
    for (const [name, { box }] of this.#rows) box.checked = names.includes(name);
    this.#order();
  }

  /** Ticked ones first, so that what is chosen is seen without scrolling. */
  #order() {
    const rows = [...this.#rows.values()];
    rows.sort((one, other) => other.box.checked - one.box.checked);
    // Moving the ticked box would take the focus off it.
    if (!this.list.contains(document.activeElement)) {
      this.list.replaceChildren(...rows.map(({ row }) => row));
    }
    this.#narrow();
  }

  #narrow() {
    const wanted = fold(this.search.value);
    let shown = 0;
    for (const [name, { row }] of this.#rows) {
      row.hidden = !fold(name).includes(wanted);
      if (!row.hidden) shown += 1;
    }
    this.none.hidden = shown > 0;
  }
}

/** Case and accents don't matter to someone who looks for a word. */
const fold = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLocaleLowerCase();
