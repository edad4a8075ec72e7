import { queryKey } from "./right_click.js";

chrome.tabs.onRemoved.addListener((tabId) => {
  chrome.storage.session.remove(queryKey(tabId));
});
