/**
 * `data:` URL of a picture as the page itself can read it, or null. Needs a tab in which
 * extensions may run.
 */
export async function readInPage(tabId, frameId, url) {
  const [{ result }] = await chrome.scripting.executeScript({
    target: { tabId, frameIds: [frameId] },
    func: readPicture,
    args: [url],
  });
  return result;
}

/** Runs in the page, so it can use nothing from outside its own braces. */
async function readPicture(url) {
  const asDataUrl = (blob) =>
    new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = reject;
      reader.readAsDataURL(blob);
    });
  try {
    const response = await fetch(url, { credentials: "include" });
    if (response.ok) return await asDataUrl(await response.blob());
  } catch {
    // Refused by the page's policy or the host: perhaps the drawn picture can be copied.
  }
  const drawn = [...document.images].find(({ currentSrc, src }) => [currentSrc, src].includes(url));
  if (!drawn?.naturalWidth) return null;
  try {
    const canvas = document.createElement("canvas");
    canvas.width = drawn.naturalWidth;
    canvas.height = drawn.naturalHeight;
    canvas.getContext("2d").drawImage(drawn, 0, 0);
    return canvas.toDataURL("image/png");
  } catch {
    return null;
  }
}
