import { readHash, writeHash } from "./state.js";

/**
 * The address and the browser's history: a new query is a new entry, a turned dial changes the
 * entry at hand, and each entry knows how far it was scrolled.
 */
export class Navigation {
  /** @param {(state: object, scroll: number) => void} onMove back, forward, or a followed link */
  constructor(onMove) {
    history.scrollRestoration = "manual";
    addEventListener("popstate", () => onMove(this.read(), history.state?.scroll ?? 0));
    let timer;
    addEventListener(
      "scroll",
      () => {
        clearTimeout(timer);
        timer = setTimeout(() => history.replaceState({ scroll: scrollY }, ""), 150);
      },
      { passive: true },
    );
  }

  read() {
    return readHash(location.hash);
  }

  push(state) {
    history.pushState({ scroll: 0 }, "", address(state));
  }

  replace(state) {
    history.replaceState(history.state, "", address(state));
  }
}

function address(state) {
  const hash = writeHash(state);
  return location.pathname + location.search + (hash ? `#${hash}` : "");
}
