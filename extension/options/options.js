import { Api } from "../panel/api.js";
import { byId } from "../panel/element.js";
import { explain } from "../panel/notice.js";
import { DEFAULT_SERVER, serverAddress } from "../panel/surroundings.js";
import { readAddress } from "./address.js";

const field = byId("server");
const answer = byId("answer");

field.value = await serverAddress();

byId("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  let server;
  try {
    server = readAddress(field.value);
  } catch (error) {
    say(error.message, "bad");
    return;
  }
  field.value = server;
  say(`Asking ${server}…`);
  try {
    const about = await new Api(server).about();
    if (about.name !== "samevibe")
      throw Object.assign(new Error("no samevibe"), { kind: "stranger" });
    await chrome.storage.local.set({ server });
    say(`Saved. ${about.products.toLocaleString()} products are waiting there.`, "good");
  } catch (error) {
    const { heading, words } = explain(error, server);
    say(`${heading}. ${words} Nothing was changed.`, "bad");
  }
});

byId("default").addEventListener("click", () => {
  field.value = DEFAULT_SERVER;
  field.focus();
});

function say(words, tone) {
  answer.textContent = words;
  delete answer.dataset.good;
  delete answer.dataset.bad;
  if (tone) answer.dataset[tone] = "";
}
