import { byId } from "./element.js";

/**
 * Dials and filters fold away on narrow screens (the style sheet shows them always on wide
 * ones); Escape closes an open one and gives the focus back to its button.
 */
export function openDrawers() {
  const buttons = [...document.querySelectorAll(".drawer-button")];
  const set = (button, open) => {
    button.setAttribute("aria-expanded", String(open));
    byId(button.getAttribute("aria-controls")).classList.toggle("drawer--open", open);
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      for (const other of buttons) set(other, other === button && open);
    });
  }
  document.addEventListener("keydown", (event) => {
    const open = buttons.find((button) => button.getAttribute("aria-expanded") === "true");
    if (event.key !== "Escape" || !open) return;
    set(open, false);
    if (open.offsetParent !== null) open.focus();
  });
}
