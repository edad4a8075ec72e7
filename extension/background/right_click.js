import { shrink } from "../panel/picture.js";
import { asDataUrl } from "./data_url.js";
import { PictureUnreadable, pictureBytes } from "./picture_bytes.js";

/** Readings under way, so that asking again doesn't start a second one. */
const underWay = new Map();

export const queryKey = (tabId) => `query:${tabId}`;

/**
 * Reads the right-clicked picture and lays it down for the panel under `query:<tabId>`, in
 * session storage: in memory, gone with the browser, so that the panel can carry on when this
 * worker has been stopped. A private window leaves nothing behind either.
 *
 * @param {number} tabId
 * @param {{url: string, frameId: number}} picture
 */
export async function read(tabId, picture) {
  const asked = crypto.randomUUID();
  underWay.set(tabId, asked);
  const say = async (state) => {
    // A picture right-clicked since then has taken this one's place.
    if (underWay.get(tabId) !== asked) return;
    await chrome.storage.session.set({ [queryKey(tabId)]: { asked, picture, ...state } });
  };
  await say({ status: "loading" });
  try {
    const small = await shrink(await pictureBytes(tabId, picture));
    await say({ status: "ready", dataUrl: await asDataUrl(small) });
  } catch (error) {
    await say({ status: "failed", error: explain(error) });
  } finally {
    if (underWay.get(tabId) === asked) underWay.delete(tabId);
  }
}

/** Starts over with the picture last asked for, after a failure or this worker's end. */
export async function readAgain(tabId) {
  if (underWay.has(tabId)) return;
  const stored = (await chrome.storage.session.get(queryKey(tabId)))[queryKey(tabId)];
  if (stored?.picture) await read(tabId, stored.picture);
}

function explain(error) {
  if (error instanceof PictureUnreadable) return error.message;
  return "That picture is in a form this browser can’t read.";
}
