/**
 * Makes a DOM element. Children that are strings become text nodes, so data from a
 * catalogue can never become markup.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.replace(/^on/, ""), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Text of a catalogue in its own direction, so that its bidi marks don't reorder the page. */
export function foreign(text, attributes = {}) {
  return element("bdi", { dir: "auto", ...attributes }, text);
}

export const byId = (id) => document.getElementById(id);
