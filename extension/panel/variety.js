import { byId } from "./element.js";

export function ordinal(number) {
  const [tens, ones] = [number % 100, number % 10];
  const ending = tens >= 11 && tens <= 13 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[ones] ?? "th");
  return number.toLocaleString("en") + ending;
}

/** What a stride shows, in words; `index` counts the strides of the answer from 0. */
export function strideWords(stride, index, count) {
  if (stride === 1) return "closest matches";
  const every = `every ${ordinal(stride)}`;
  if (index === count - 1) return `wild cards: ${every}`;
  const depth = index / (count - 1);
  if (depth <= 1 / 3) return `a little looser: ${every}`;
  if (depth <= 2 / 3) return `further afield: ${every}`;
  return `far out: ${every}`;
}

/** Moves between the strides of one answer; no request is made. */
export class Variety {
  #rankings = [];

  /** @param {(stride: number) => void} onChange called with the stride chosen by hand */
  constructor(onChange) {
    this.box = byId("variety");
    this.range = byId("variety-range");
    this.words = byId("variety-words");
    this.range.addEventListener("input", () => {
      this.#describe();
      onChange(this.ranking.stride);
    });
  }

  get ranking() {
    return this.#rankings[Number(this.range.value)];
  }

  /** Takes an answer's rankings and stands at the stride nearest to the wished one. */
  show(rankings, stride) {
    this.#rankings = rankings.filter(({ results }, index) => index === 0 || results.length > 0);
    const away = this.#rankings.map((ranking) => Math.abs(Math.log(ranking.stride / stride)));
    this.range.max = this.#rankings.length - 1;
    this.range.value = away.indexOf(Math.min(...away));
    this.box.hidden = this.#rankings.length < 2;
    this.#describe();
  }

  #describe() {
    const index = Number(this.range.value);
    const count = this.#rankings.length;
    this.words.textContent = strideWords(this.ranking.stride, index, count);
    this.range.setAttribute("aria-valuetext", this.words.textContent);
    this.range.style.setProperty("--at", count > 1 ? index / (count - 1) : 0);
  }
}
