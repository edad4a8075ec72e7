/**
 * What is being looked at, as the address's hash says it, so that every view can be shared:
 *
 *   p  product ids the query is made of          p=demo:12,demo:40
 *   v  the query's int8 vector, base64url        v=AAEC...
 *   m  the model that made the vector            m=2026-11-21-ab12cd34
 *   w  dials, as factors of a facet's default    w=kind:0.25,price:4
 *   f  filters                                   f=category:Mugs&f=from:10&f=to:50
 *   s  stride of the variety slider              s=16
 */

export function emptyState() {
  return { products: [], vector: null, model: null, weights: {}, filters: noFilters(), stride: 1 };
}

export function noFilters() {
  return { categories: [], from: null, to: null };
}

export const hasQuery = (state) => state.products.length > 0 || state.vector !== null;

export function countFilters({ categories, from, to }) {
  return categories.length + (from !== null || to !== null ? 1 : 0);
}

/** Text of the hash without its `#`; fields at their default are left out. */
export function writeHash(state) {
  const fields = [];
  const add = (name, value) => fields.push(`${name}=${value}`);
  if (state.products.length) add("p", state.products.map(encode).join(","));
  else if (state.vector) {
    add("v", state.vector);
    if (state.model) add("m", encode(state.model));
  }
  const dials = Object.entries(state.weights).filter(([, factor]) => factor !== 1);
  if (dials.length) add("w", dials.map(([name, factor]) => `${encode(name)}:${factor}`).join(","));
  for (const name of state.filters.categories) add("f", `category:${encode(name)}`);
  if (state.filters.from !== null) add("f", `from:${state.filters.from}`);
  if (state.filters.to !== null) add("f", `to:${state.filters.to}`);
  if (state.stride !== 1) add("s", state.stride);
  return fields.join("&");
}

/** The state a hash says; what can't be read is passed over, never an error. */
export function readHash(hash) {
  const state = emptyState();
  for (const field of hash.replace(/^#/, "").split("&")) {
    const at = field.indexOf("=");
    const [name, value] = [field.slice(0, at), field.slice(at + 1)];
    if (at < 1 || !value) continue;
    if (name === "p") state.products = value.split(",").map(decode).filter(Boolean);
    else if (name === "v") state.vector = /^[\w-]+$/.test(value) ? value : null;
    else if (name === "m") state.model = decode(value);
    else if (name === "w") state.weights = readWeights(value);
    else if (name === "f") readFilter(state.filters, value);
    else if (name === "s" && amount(value) >= 1) state.stride = Math.floor(amount(value));
  }
  return state;
}

/** What decides the answer: two states with the same key differ in the stride at most. */
export function answerKey(state) {
  return writeHash({ ...state, stride: 1 });
}

function readWeights(value) {
  const weights = {};
  for (const dial of value.split(",")) {
    const at = dial.lastIndexOf(":");
    const factor = amount(dial.slice(at + 1));
    if (at > 0 && factor !== null) weights[decode(dial.slice(0, at))] = factor;
  }
  return weights;
}

function readFilter(filters, value) {
  const at = value.indexOf(":");
  const [name, rest] = [value.slice(0, at), value.slice(at + 1)];
  if (name === "category" && decode(rest)) filters.categories.push(decode(rest));
  else if (name === "from") filters.from = amount(rest);
  else if (name === "to") filters.to = amount(rest);
}

function amount(text) {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

// Colons and spaces may stand in a hash as they are or as "+"; only what divides fields must not.
const encode = (text) => encodeURIComponent(text).replaceAll("%3A", ":");

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
