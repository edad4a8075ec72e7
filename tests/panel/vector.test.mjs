import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeVector, fromUrlForm, toUrlForm } from "../../extension/panel/vector.js";

test("base64 to the address and back, at every length", () => {
  for (const bytes of [[], [255], [255, 254], [251, 239, 190], [0, 1, 2, 3]]) {
    const base64 = Buffer.from(bytes).toString("base64");
    const inAddress = toUrlForm(base64);
    assert.match(inAddress, /^[\w-]*$/);
    assert.equal(fromUrlForm(inAddress), base64);
  }
});

test("bytes are signed numbers", () => {
  const base64 = Buffer.from([0, 127, 129, 255]).toString("base64");
  assert.deepEqual([...decodeVector(toUrlForm(base64))], [0, 127, -127, -1]);
});

test("what is no base64 is no vector", () => {
  assert.equal(decodeVector("a*b"), null);
});
