import { read, readAgain } from "./right_click.js";

const FIND = "find-similar-vibes";

chrome.runtime.onInstalled.addListener(() => {
  // An update finds the entry of the version before it.
  chrome.contextMenus.removeAll(() => {
    chrome.contextMenus.create({ id: FIND, title: "Find similar vibes", contexts: ["image"] });
  });
});

chrome.contextMenus.onClicked.addListener(({ menuItemId, srcUrl, frameId }, tab) => {
  if (menuItemId !== FIND || !tab) return;
  // Opened before anything is awaited: the user's gesture would be lost.
  chrome.sidePanel.setOptions({ tabId: tab.id, path: `panel/index.html?tab=${tab.id}` });
  chrome.sidePanel.open({ tabId: tab.id });
  read(tab.id, { url: srcUrl, frameId: frameId ?? 0 });
});

chrome.runtime.onMessage.addListener((message) => {
  if (message?.type === "read-again") readAgain(message.tabId);
});
