import { byId } from "./element.js";

/**
 * The doors through which a picture comes in by hand: drop anywhere, paste anywhere, choose a
 * file. `onPicture` gets the File or Blob; `onWrong` a sentence about why there is none.
 */
export function openDoors({ onPicture, onWrong }) {
  const file = byId("file");
  file.addEventListener("change", () => {
    const [chosen] = file.files;
    // The same file may be chosen again.
    file.value = "";
    if (chosen) onPicture(chosen);
  });

  document.addEventListener("paste", (event) => {
    const text = event.target.closest?.("input:not([type=range], [type=checkbox])");
    if (text) return;
    take(event.clipboardData, "pasted");
  });

  // dragenter and dragleave also come for every child: only the outermost pair counts.
  let depth = 0;
  const veil = (shown) => {
    depth = shown ? depth : 0;
    document.body.classList.toggle("dropping", shown);
  };
  document.addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth += 1;
    veil(true);
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) veil(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    veil(false);
    take(event.dataTransfer, "dropped");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") veil(false);
  });

  async function take(transfer, how) {
    const given = [...transfer.files].find(({ type }) => type.startsWith("image/"));
    if (given) return onPicture(given);
    if (transfer.files.length) return onWrong(`What was ${how} is not a picture.`);
    const address = pictureAddress(transfer);
    if (!address) return onWrong(`There was no picture in what was ${how}.`);
    try {
      const response = await fetch(address);
      const blob = await response.blob();
      if (!response.ok || !blob.type.startsWith("image/")) throw new Error("no picture");
      onPicture(blob);
    } catch {
      onWrong(
        "That site doesn’t hand out its picture to other pages. Save it and drop the file, or right-click it with the samevibe extension.",
      );
    }
  }
}

export function chooseFile() {
  byId("file").click();
}

/** A picture dragged from another page may come as its address only. */
function pictureAddress(transfer) {
  const markup = transfer.getData("text/html");
  const picture = new DOMParser().parseFromString(markup, "text/html").querySelector("img[src]");
  const address = picture?.getAttribute("src") ?? transfer.getData("text/uri-list").split("\n")[0];
  return /^(https?|data):/.test(address) ? address : null;
}
