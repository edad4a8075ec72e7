import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readAddress } from "../../extension/options/address.js";
import { shopLink } from "../../extension/panel/card.js";

const root = new URL("../../extension/", import.meta.url);
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", root)));

test("Chromium loads the folder: no name begins with an underscore", () => {
  const names = readdirSync(root, { recursive: true });
  assert.deepEqual(
    names.filter((name) => /(^|\/)_/.test(name)),
    [],
  );
});

test("every file the manifest names is there", () => {
  const { icons, action, background, side_panel, options_ui } = manifest;
  const named = [
    ...Object.values(icons),
    ...Object.values(action.default_icon),
    background.service_worker,
    side_panel.default_path,
    options_ui.page,
  ];
  for (const name of named)
    assert.ok(
      files.some((file) => file.endsWith(`/${name}`)),
      name,
    );
});

test("each permission is used, and each has its reason in the README", () => {
  const code = files
    .filter((file) => file.endsWith(".js"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const readme = readFileSync(new URL("README.md", root), "utf8");
  for (const permission of manifest.permissions) {
    // activeTab has no calls of its own: it lets scripting into the tab that was clicked in.
    const used = permission === "activeTab" ? "scripting" : permission;
    assert.match(code, new RegExp(`\\.${used}\\b`), permission);
    assert.ok(readme.includes(`\`${permission}\``), permission);
  }
});

test("data never becomes markup", () => {
  for (const file of files.filter((name) => name.endsWith(".js"))) {
    assert.doesNotMatch(
      readFileSync(file, "utf8"),
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/,
      file,
    );
  }
});

test("only shops on the web are linked", () => {
  assert.equal(shopLink("https://shop.example/a b"), "https://shop.example/a%20b");
  for (const link of [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "/a",
    "",
    null,
  ]) {
    assert.equal(shopLink(link), null, String(link));
  }
});

test("the server's address in the manner people write it", () => {
  assert.equal(readAddress(" localhost:8321/ "), "http://localhost:8321");
  assert.equal(readAddress("https://vibes.example/shop/"), "https://vibes.example/shop");
  assert.equal(readAddress("192.168.1.7:80"), "http://192.168.1.7");
  for (const wrong of ["", "ftp://a.example", "http://"]) {
    assert.throws(() => readAddress(wrong), Error, wrong);
  }
});
