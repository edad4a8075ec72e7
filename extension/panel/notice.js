import { byId, element } from "./element.js";
import { inExtension, openSettings } from "./surroundings.js";

/** Heading and sentence for what went wrong, and whether trying again can help. */
export function explain(error, server) {
  switch (error.kind) {
    case "unreachable":
      return {
        heading: "The samevibe server isn’t there",
        words: `Nothing answers at ${server}. Start it with “make demo” or “samevibe serve”, then try again.`,
        retry: true,
      };
    case "slow":
      return {
        heading: "The server is taking too long",
        words: `${server} gave ${error.message}. It may be busy or still starting.`,
        retry: true,
      };
    case "stranger":
      return {
        heading: "That isn’t a samevibe server",
        words: `${server} answered with something else (${error.message}). Is the address right, or is there a login in front of it?`,
        retry: true,
      };
    case "refused":
      return {
        heading: "That search didn’t work",
        words: error.message,
        retry: !/^(undecodable|unsupported_format|too_|empty_|unknown_|bad_|invalid)/.test(
          error.code ?? "",
        ),
      };
    default:
      return { heading: "That didn’t work", words: error.message, retry: false };
  }
}

/** One notice at a time, above the page's content; it never covers earlier results. */
export class Notice {
  constructor() {
    this.box = byId("notice");
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.box.hidden && this.box.dataset.mild) this.hide();
    });
  }

  /** A failed request, with the server's address and a way to try again. */
  showError(error, server, retry) {
    const { heading, words, retry: canRetry } = explain(error, server);
    const serverTrouble = error.kind && error.kind !== "refused";
    this.#show(heading, words, [
      canRetry && retry ? this.#button("Try again", "primary", retry) : null,
      serverTrouble && inExtension
        ? this.#button("Change the address", "quiet", openSettings)
        : null,
      serverTrouble ? null : this.#button("Dismiss", "quiet"),
    ]);
  }

  /** Something small to know, that a search or Escape takes away. */
  showHint(words, retry) {
    this.#show(null, words, [
      retry ? this.#button("Try again", "primary", retry) : null,
      this.#button("Dismiss", "quiet"),
    ]);
    this.box.dataset.mild = "yes";
  }

  hide() {
    this.box.hidden = true;
    this.box.replaceChildren();
  }

  #show(heading, words, buttons) {
    delete this.box.dataset.mild;
    this.box.replaceChildren(
      element(
        "div",
        { class: "notice__words" },
        heading ? element("h2", {}, heading) : null,
        element("p", {}, words),
      ),
      element("div", { class: "notice__actions" }, ...buttons.filter(Boolean)),
    );
    this.box.hidden = false;
  }

  #button(words, look, action) {
    const press = () => {
      this.hide();
      action?.();
    };
    return element("button", { type: "button", class: look, onclick: press }, words);
  }
}
