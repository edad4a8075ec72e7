/**
 * The one file that knows whether the panel is a page of the server or the browser's side
 * panel: where the server is, and whether a right-clicked picture is waiting.
 */

export const DEFAULT_SERVER = "http://127.0.0.1:8321";

const extension = globalThis.chrome?.runtime?.id ? globalThis.chrome : null;
const tabId = new URLSearchParams(globalThis.location?.search).get("tab");

export const inExtension = extension !== null;

/** The server's origin without a closing slash, e.g. `http://127.0.0.1:8321`. */
export async function serverAddress() {
  if (!extension) return location.origin;
  const { server } = await extension.storage.local.get({ server: DEFAULT_SERVER });
  return server;
}

export function onServerChange(listener) {
  extension?.storage.local.onChanged.addListener((changes) => {
    if (changes.server) listener();
  });
}

export function openSettings() {
  extension?.runtime.openOptionsPage();
}

/**
 * Calls `listener` with each state of the picture right-clicked in this panel's tab:
 * `{status: "loading" | "ready" | "failed", dataUrl?, error?, asked}`. The worker may have been
 * stopped since, so the stored state comes first; a picture still loading is asked for again,
 * which wakes the worker and is nothing to one that is at work.
 */
export async function watchRightClick(listener) {
  if (!extension || tabId === null) return;
  const key = `query:${tabId}`;
  extension.storage.session.onChanged.addListener((changes) => {
    if (changes[key]?.newValue) listener(changes[key].newValue);
  });
  const stored = (await extension.storage.session.get(key))[key];
  if (!stored) return;
  listener(stored);
  if (stored.status === "loading") readAgain();
}

/** Asks the worker to read the right-clicked picture once more. */
export function readAgain() {
  extension?.runtime.sendMessage({ type: "read-again", tabId: Number(tabId) });
}
