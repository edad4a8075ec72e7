import assert from "node:assert/strict";
import { test } from "node:test";
import { askedWeights, facetLabel, PLACES, placeOf } from "../../extension/panel/dials.js";

const facets = [
  { name: "kind", weight: 0.4 },
  { name: "price", weight: 0.2 },
];

test("dials as usual ask for nothing", () => {
  assert.equal(askedWeights(facets, {}), undefined);
  assert.equal(askedWeights(facets, { kind: 1, gone: 4 }), undefined);
});

test("a turned dial multiplies its facet's default", () => {
  assert.deepEqual(askedWeights(facets, { kind: 0.5 }), { kind: 0.2, price: 0.2 });
});

test("all dials at nothing is said, not sent", () => {
  assert.throws(() => askedWeights(facets, { kind: 0, price: 0 }), RangeError);
});

test("a factor from an address finds its nearest place", () => {
  assert.deepEqual(
    PLACES.map(({ factor }) => placeOf(factor)),
    [0, 1, 2, 3, 4, 5, 6],
  );
  assert.equal(PLACES[placeOf(1000)].words, "above all");
  assert.equal(PLACES[placeOf(1)].words, "as usual");
});

test("a facet nobody named yet still has a label", () => {
  assert.equal(facetLabel("wearer"), "For the same people");
  assert.equal(facetLabel("season"), "Same season");
});
