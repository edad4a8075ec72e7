import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Api, ApiError } from "../../extension/panel/api.js";

let server;
let address;
const seen = [];

before(async () => {
  server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({
        url: request.url,
        type: request.headers["content-type"],
        body: Buffer.concat(chunks),
      });
      if (request.url === "/html/v1/about") {
        response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Log in</h1>");
      } else if (request.url === "/no/v1/search") {
        const error = { code: "undecodable", message: "Not a picture.", request_id: "1" };
        response.writeHead(422).end(JSON.stringify({ error }));
      } else if (request.url === "/odd/v1/about") response.writeHead(502).end('"gateway"');
      else if (request.url !== "/silent/v1/about") response.end('{"products": 3}');
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  address = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

const failure = async (promise) => {
  const error = await promise.then(
    () => assert.fail("expected an error"),
    (reason) => reason,
  );
  assert.ok(error instanceof ApiError, String(error));
  return error;
};

test("an answer", async () => {
  assert.deepEqual(await new Api(address).about(), { products: 3 });
});

test("HTML, and JSON that isn't samevibe's, come from a stranger", async () => {
  assert.equal((await failure(new Api(`${address}/html`).about())).kind, "stranger");
  assert.equal((await failure(new Api(`${address}/odd`).about())).kind, "stranger");
});

test("nothing there", async () => {
  assert.equal((await failure(new Api("http://127.0.0.1:9").about())).kind, "unreachable");
});

test("no answer in time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asking = failure(new Api(`${address}/silent`).about());
  t.mock.timers.tick(60_000);
  const error = await asking;
  assert.equal(error.kind, "slow");
  assert.match(error.message, /10 seconds/);
});

test("a refusal keeps the server's own words", async () => {
  const error = await failure(new Api(`${address}/no`).search({ products: ["demo:1"] }));
  assert.deepEqual(
    [error.kind, error.code, error.message],
    ["refused", "undecodable", "Not a picture."],
  );
});

test("an aborted question is an abort, not a failure", async () => {
  const asker = new AbortController();
  const asking = new Api(`${address}/silent`).about(asker.signal);
  asker.abort();
  await assert.rejects(asking, { name: "AbortError" });
});

test("a picture goes as a form with the options beside it", async () => {
  await new Api(address).search({ weights: { kind: 2 } }, new Blob(["bytes"]));
  const { type, body } = seen.at(-1);
  assert.match(type, /^multipart\/form-data/);
  assert.match(body.toString(), /name="picture".*bytes.*name="options".*"weights":\{"kind":2\}/s);
});
