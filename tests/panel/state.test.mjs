import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerKey,
  countFilters,
  emptyState,
  hasQuery,
  readHash,
  writeHash,
} from "../../extension/panel/state.js";

const whole = {
  products: [],
  vector: "AAH_-w",
  model: "2026-11-21-ab12cd34",
  weights: { kind: 0.25, price: 4 },
  filters: { categories: ["Mugs & cups", "a=b#c,d:e", "שלום"], from: 10, to: 50.5 },
  stride: 16,
};

test("a state survives its hash", () => {
  assert.deepEqual(readHash(`#${writeHash(whole)}`), whole);
});

test("product ids survive whatever they are made of", () => {
  const products = ["demo:1", "my shop:a,b&c=d#e%/?+é", "a:b:c"];
  const state = { ...emptyState(), products };
  assert.deepEqual(readHash(writeHash(state)).products, products);
});

test("what is at its default is left out", () => {
  assert.equal(writeHash(emptyState()), "");
  const state = { ...emptyState(), products: ["demo:1"], weights: { kind: 1 } };
  assert.equal(writeHash(state), "p=demo:1");
});

test("products win over a vector, so that one address has one meaning", () => {
  const hash = writeHash({ ...whole, products: ["demo:1"] });
  assert.ok(hash.startsWith("p=demo:1&w="));
});

test("nonsense is passed over", () => {
  for (const hash of [
    "#",
    "#x",
    "#=",
    "#p=",
    "#v=<b>",
    "#s=-1",
    "#s=NaN",
    "#w=kind",
    "#w=kind:x",
  ]) {
    assert.deepEqual(readHash(hash), emptyState(), hash);
  }
  assert.deepEqual(readHash("#f=from:-3&f=to:1e9&f=category:&f=nothing"), emptyState());
  assert.deepEqual(readHash("#p=%E0%A4%A").products, ["%E0%A4%A"]);
});

test("weights can't reach the prototype of every object", () => {
  const { weights } = readHash("#w=__proto__:3");
  assert.equal({}.kind, undefined);
  assert.equal(Object.getPrototypeOf(weights), Object.prototype);
});

test("the stride alone doesn't change what is asked", () => {
  assert.equal(answerKey(whole), answerKey({ ...whole, stride: 1 }));
  assert.notEqual(answerKey(whole), answerKey({ ...whole, weights: {} }));
});

test("whether there is a query, and how many filters are on", () => {
  assert.equal(hasQuery(emptyState()), false);
  assert.equal(hasQuery(whole), true);
  assert.equal(countFilters(emptyState().filters), 0);
  assert.equal(countFilters({ categories: ["a", "b"], from: 1, to: 2 }), 3);
  assert.equal(countFilters({ categories: [], from: null, to: 0 }), 1);
});
