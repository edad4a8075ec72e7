/** The server's HTTP API, and the four ways in which it can fail to answer. */

/** Milliseconds. A search waits longer: the first one after a start may meet a cold machine. */
export const PATIENCE = { page: 10_000, search: 25_000 };

/** Ranks asked for at each stride. */
const LIMIT = 60;

/**
 * `kind` is `"unreachable"` (nothing answers), `"slow"` (no answer in time), `"stranger"` (an
 * answer that isn't samevibe's, e.g. a login page) or `"refused"` (samevibe said no: `code` and
 * the message are its own).
 */
export class ApiError extends Error {
  constructor(kind, message, code = null) {
    super(message);
    this.name = "ApiError";
    this.kind = kind;
    this.code = code;
  }
}

export class Api {
  /** @param {string} server origin, e.g. `http://127.0.0.1:8321` */
  constructor(server) {
    this.server = server;
  }

  about = (signal) => this.#ask("/v1/about", { signal });

  categories = async (signal) => (await this.#ask("/v1/categories", { signal })).categories;

  start = async (limit, signal) =>
    (await this.#ask(`/v1/start?limit=${limit}`, { signal })).products;

  /**
   * The exact ranking at every stride. `picture` is a Blob, sent at most once for a query: after
   * that its vector (`options.vector`) stands for it.
   */
  search(options, picture, signal) {
    const asked = { limit: LIMIT, ...options };
    let body = JSON.stringify(asked);
    const headers = {};
    if (picture) {
      body = new FormData();
      body.append("picture", picture, "picture");
      body.append("options", new Blob([JSON.stringify(asked)], { type: "application/json" }));
    } else headers["Content-Type"] = "application/json";
    return this.#ask("/v1/search", {
      method: "POST",
      body,
      headers,
      signal,
      patience: PATIENCE.search,
    });
  }

  /** Address of a stored picture with its longest side at `size` pixels. */
  picture(hash, size) {
    return `${this.server}/v1/pictures/${encodeURIComponent(hash)}?size=${size}`;
  }

  async #ask(path, { signal, patience = PATIENCE.page, ...request }) {
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), patience);
    const signals = signal ? [signal, clock.signal] : [clock.signal];
    let response;
    let text;
    try {
      response = await fetch(this.server + path, { ...request, signal: AbortSignal.any(signals) });
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      if (clock.signal.aborted) {
        throw new ApiError("slow", `no answer within ${Math.round(patience / 1000)} seconds`);
      }
      throw new ApiError("unreachable", "nothing answers");
    } finally {
      clearTimeout(timer);
    }
    return read(response, text);
  }
}

function read(response, text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new ApiError("stranger", `status ${response.status}, and not JSON`);
  }
  if (response.ok) return answer;
  if (!answer?.error?.message) throw new ApiError("stranger", `status ${response.status}`);
  throw new ApiError("refused", answer.error.message, answer.error.code);
}
