import { card } from "./card.js";
import { byId, element } from "./element.js";
import { Grid } from "./grid.js";
import { countFilters, writeHash } from "./state.js";
import { ordinal, Variety } from "./variety.js";

/** Milliseconds after which a wait is put into words. */
const LONG_WAIT = 4000;

const counted = (number) => number.toLocaleString();

/** One answer on the page: the line above it, its cards, and the slider between its strides. */
export class Results {
  #answer = null;
  #cards = new Map();
  #waiting = null;

  /** @param {{onStride: (stride: number) => void, onClear: () => void}} actions */
  constructor({ onStride, onClear }) {
    this.grid = new Grid(byId("grid"));
    this.line = byId("found-line");
    this.empty = byId("empty");
    this.onClear = onClear;
    this.variety = new Variety((stride) => {
      onStride(stride);
      this.#showRanking();
    });
  }

  wait(words = "Looking…") {
    clearTimeout(this.#waiting);
    document.body.classList.add("waiting");
    this.empty.hidden = true;
    this.grid.wait();
    this.#say(words);
    this.#waiting = setTimeout(
      () => this.#say("Still looking. The server is busy, or just starting."),
      LONG_WAIT,
    );
  }

  /** No answer came: earlier results, if any, stand as they were. */
  settle() {
    this.#stopWaiting();
    this.grid.settle();
    this.#say("");
    if (this.#answer) this.#describe();
  }

  forget() {
    this.#answer = null;
    this.grid.clear();
    this.variety.box.hidden = true;
    this.empty.hidden = true;
  }

  show(answer, state, api, reference) {
    this.#stopWaiting();
    this.#answer = answer;
    this.state = state;
    this.#cards.clear();
    this.makeCard = ({ id, rank }) => {
      // From a product the search goes on with the same dials and filters, closest first.
      const next = { ...state, products: [id], vector: null, model: null, stride: 1 };
      const product = answer.products[id];
      return card({ product, rank, reference, href: `#${writeHash(next)}` }, api);
    };
    this.variety.show(answer.rankings, state.stride);
    this.#showRanking();
  }

  #showRanking() {
    const { results, stride } = this.variety.ranking;
    const cards = results.map((result) => {
      if (!this.#cards.has(result.id)) this.#cards.set(result.id, this.makeCard(result));
      return this.#cards.get(result.id);
    });
    this.grid.list.dataset.stride = stride === 1 ? "closest" : "deep";
    this.grid.show(cards);
    this.#showEmpty(results.length === 0);
    this.#describe();
  }

  #describe() {
    const { passed, model } = this.#answer;
    const { results, stride, deepest_rank: deepest } = this.variety.ranking;
    const filtered = countFilters(this.state.filters) > 0;
    const pool = filtered ? `the ${counted(passed)} that pass the filters` : counted(passed);
    let words = `The ${counted(results.length)} closest of ${pool}`;
    if (results.length === passed) words = `All ${pool}, closest first`;
    if (stride > 1)
      words = `Every ${ordinal(stride)}, down to number ${counted(deepest)} of ${pool}`;
    if (results.length === 0) words = "Nothing found";
    if (this.state.model && this.state.model !== model) {
      words += ". This link was made with another model, so the results may be off";
    }
    this.#say(words);
  }

  #showEmpty(shown) {
    this.empty.hidden = !shown;
    if (!shown) return;
    const filtered = countFilters(this.state.filters) > 0;
    this.empty.replaceChildren(
      element("h2", {}, filtered ? "Nothing passes these filters" : "Nothing to compare with yet"),
      element(
        "p",
        {},
        filtered
          ? `Of ${counted(this.#answer.total)} products none has both the categories and the price you asked for.`
          : (this.#answer.note ??
              "The catalogue has no other products. Import a feed and index it."),
      ),
      ...(filtered
        ? [
            element(
              "button",
              { type: "button", class: "primary", onclick: () => this.onClear() },
              "Clear the filters",
            ),
          ]
        : []),
    );
  }

  #stopWaiting() {
    clearTimeout(this.#waiting);
    document.body.classList.remove("waiting");
  }

  #say(words) {
    this.line.textContent = words;
    byId("status").textContent = words;
  }
}
