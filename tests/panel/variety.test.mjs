import assert from "node:assert/strict";
import { test } from "node:test";
import { ordinal, strideWords } from "../../extension/panel/variety.js";

test("ordinals", () => {
  const said = [1, 2, 3, 4, 11, 12, 13, 21, 22, 111, 1024].map(ordinal);
  assert.deepEqual(said, [
    "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "111th", "1,024th",
  ]); // biome-ignore format: one line reads best
});

test("the slider's words go from closest to wild", () => {
  const strides = [1, 2, 4, 8, 16, 32, 64];
  const words = strides.map((stride, index) => strideWords(stride, index, strides.length));
  assert.deepEqual(words, [
    "closest matches",
    "a little looser: every 2nd",
    "a little looser: every 4th",
    "further afield: every 8th",
    "further afield: every 16th",
    "far out: every 32nd",
    "wild cards: every 64th",
  ]);
});
