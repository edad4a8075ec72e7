import { askedWeights } from "./dials.js";
import { askedFilters } from "./filters.js";
import { answerKey } from "./state.js";
import { fromUrlForm } from "./vector.js";

/** Answers kept for going back and forth without asking again. */
const KEPT = 20;

/** Asks one search at a time: a newer question makes the answer to an older one unwanted. */
export class Search {
  #running = null;
  #answers = new Map();

  constructor(api, facets) {
    this.api = api;
    this.facets = facets;
  }

  kept(state) {
    return this.#answers.get(answerKey(state)) ?? null;
  }

  keep(state, answer) {
    this.#answers.set(answerKey(state), answer);
    if (this.#answers.size > KEPT) this.#answers.delete(this.#answers.keys().next().value);
  }

  cancel() {
    this.#running?.abort();
  }

  /**
   * The server's answer, or null when a newer question overtook this one. `picture` is given
   * only for a query whose vector isn't known yet. Throws ApiError, or RangeError for dials that
   * leave nothing to compare by.
   */
  async ask(state, picture = null) {
    this.cancel();
    const running = new AbortController();
    this.#running = running;
    const options = {
      weights: askedWeights(this.facets, state.weights),
      filters: askedFilters(state.filters),
    };
    if (!picture) {
      if (state.products.length) options.products = state.products;
      else options.vector = fromUrlForm(state.vector);
    }
    try {
      const answer = await this.api.search(options, picture, running.signal);
      return running.signal.aborted ? null : answer;
    } catch (error) {
      if (running.signal.aborted) return null;
      throw error;
    }
  }
}
