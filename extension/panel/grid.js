import { skeletonCard } from "./card.js";

const SKELETONS = 18;

/** Shows the cards, or as many grey ones while they are on their way. */
export class Grid {
  constructor(list) {
    this.list = list;
    list.addEventListener("keydown", (event) => this.#move(event));
  }

  show(cards) {
    this.list.replaceChildren(...cards);
    this.list.removeAttribute("aria-busy");
  }

  /** Earlier results stay visible, dimmed; only an empty grid gets skeletons. */
  wait() {
    this.list.setAttribute("aria-busy", "true");
    if (this.list.children.length === 0) {
      this.list.append(...Array.from({ length: SKELETONS }, skeletonCard));
    }
  }

  /** Back from waiting without an answer: what was there before, but no skeletons. */
  settle() {
    this.list.removeAttribute("aria-busy");
    for (const skeleton of this.list.querySelectorAll(".card--skeleton")) skeleton.remove();
  }

  focus() {
    this.list.querySelector(".card__more")?.focus();
  }

  clear() {
    this.list.replaceChildren();
  }

  /** Arrow keys go from picture to picture as they stand on the screen. */
  #move(event) {
    if (!event.target.matches?.(".card__more")) return;
    const links = [...this.list.querySelectorAll(".card__more")];
    const columns = getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const next = links[links.indexOf(event.target) + step];
    if (step === undefined || !next) return;
    event.preventDefault();
    next.focus();
  }
}
