import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPrice } from "../../extension/panel/price.js";

const format = (amount, currency) => formatPrice({ amount, currency }, "en-US");

test("prices in the manner of the language", () => {
  assert.equal(format("19.99", "USD"), "$19.99");
  assert.equal(format("1299.00", "EUR"), "€1,299");
  assert.equal(format("1299.50", "EUR"), "€1,299.50");
  assert.equal(format("1500", "JPY"), "¥1,500");
});

test("amounts beyond a float's precision are not rounded", () => {
  assert.equal(format("12345678901234567.89", "USD"), "$12,345,678,901,234,567.89");
});

test("an unheard-of currency is shown as it is", () => {
  assert.equal(format("5", "NOT A CODE"), "5 NOT A CODE");
});
