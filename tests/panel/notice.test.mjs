import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../extension/panel/api.js";
import { explain } from "../../extension/panel/notice.js";

const server = "http://127.0.0.1:8321";

test("trouble with the server names its address and can be tried again", () => {
  for (const kind of ["unreachable", "slow", "stranger"]) {
    const { words, retry } = explain(new ApiError(kind, "why"), server);
    assert.ok(words.includes(server), words);
    assert.equal(retry, true);
  }
});

test("what stays wrong is not offered again; what may pass is", () => {
  const refused = (code) => explain(new ApiError("refused", "Because.", code), server);
  assert.equal(refused("undecodable").words, "Because.");
  assert.equal(refused("undecodable").retry, false);
  assert.equal(refused("busy").retry, true);
});
