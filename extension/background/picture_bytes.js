import { readInPage } from "./read_in_page.js";

/** Milliseconds for a site to hand out its picture. */
const PATIENCE = 15_000;

/** No way led to the picture's bytes; the message is a sentence for the person. */
export class PictureUnreadable extends Error {}

/**
 * The picture's bytes as a Blob. The worker asks for them itself, with the person's cookies, so
 * that pictures behind a login work; what only the page can read (`blob:`, and hosts that turn
 * strangers away) is read in the page. Throws PictureUnreadable.
 *
 * @param {number} tabId
 * @param {{url: string, frameId: number}} picture
 */
export async function pictureBytes(tabId, { url, frameId }) {
  if (!url?.startsWith("blob:")) {
    try {
      return await fetchPicture(url);
    } catch {
      // The page is the other way.
    }
  }
  const dataUrl = await readInPage(tabId, frameId, url).catch(() => null);
  if (!dataUrl) {
    throw new PictureUnreadable(
      "That site doesn’t give its picture away. Save it or take a screenshot, and drop it here.",
    );
  }
  return fetchPicture(dataUrl);
}

async function fetchPicture(url) {
  const response = await fetch(url, {
    credentials: "include",
    signal: AbortSignal.timeout(PATIENCE),
  });
  const blob = await response.blob();
  const markup = /^(text|application)\/(html|json|xml|xhtml)/.test(blob.type);
  if (!response.ok || blob.size === 0 || markup) throw new Error(`no picture at ${url}`);
  return blob;
}
