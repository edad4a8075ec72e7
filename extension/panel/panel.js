import { Api } from "./api.js";
import { Dials } from "./dials.js";
import { openDrawers } from "./drawers.js";
import { chooseFile, openDoors } from "./dropzone.js";
import { byId } from "./element.js";
import { Filters } from "./filters.js";
import { Navigation } from "./navigation.js";
import { Notice } from "./notice.js";
import { readyToSend } from "./picture.js";
import { Query } from "./query.js";
import { Results } from "./results.js";
import { Search } from "./search.js";
import { Start } from "./start.js";
import { emptyState, hasQuery, noFilters } from "./state.js";
import {
  inExtension,
  onServerChange,
  openSettings,
  readAgain,
  serverAddress,
  watchRightClick,
} from "./surroundings.js";
import { toUrlForm } from "./vector.js";

/** The search page: one state, shown; every change of it comes through here. */
export class Panel {
  #state = emptyState();
  #about = null;
  #search = null;
  /** A picture whose vector isn't known yet: `{blob, thumbnail}`. */
  #picture = null;
  #adjusted = false;
  /** A right-clicked picture is still being read. */
  #expecting = false;
  /** Why a right-clicked picture could not be read, until it has been said. */
  #unread = null;
  /** Object URLs of this visit's pictures by their vectors; nothing is stored. */
  #thumbnails = new Map();
  #known = new Map();

  constructor() {
    this.notice = new Notice();
    this.start = new Start();
    this.query = new Query({ onChoose: chooseFile });
    this.results = new Results({
      onStride: (stride) => this.#remember({ stride }),
      onClear: () => this.#adjust({ filters: noFilters() }),
    });
    this.dials = new Dials((weights) => this.#adjust({ weights }));
    this.filters = new Filters((filters) => this.#adjust({ filters }));
    this.navigation = new Navigation((state, scroll) => {
      this.#picture = null;
      this.#expecting = false;
      this.#state = state;
      this.#look({ scroll, focus: true });
    });
    openDrawers();
    openDoors({
      onPicture: (blob) => this.#usePicture(blob),
      onWrong: (words) => this.notice.showHint(words),
    });
    byId("choose").addEventListener("click", chooseFile);
    byId("arches").firstElementChild.addEventListener("click", chooseFile);
    byId("skip").addEventListener("click", () => this.results.grid.focus());
    byId("settings").addEventListener("click", openSettings);
    byId("settings").hidden = !inExtension;
    byId("right-click-tip").hidden = !inExtension;
  }

  async open() {
    this.#state = this.navigation.read();
    onServerChange(() => this.#connect());
    await watchRightClick((asked) => this.#followRightClick(asked));
    await this.#connect();
  }

  /** Meets the server; also the way to try again when it wasn't there. */
  async #connect() {
    this.#about = null;
    this.api = new Api(await serverAddress());
    this.start.forget();
    this.results.forget();
    this.notice.hide();
    this.#showView();
    try {
      const [about, categories] = await Promise.all([this.api.about(), this.api.categories()]);
      this.dials.build(about.facets);
      this.filters.build(categories, about);
      this.#search = new Search(this.api, about.facets);
      this.#about = about;
    } catch (error) {
      this.#fail(error);
      return;
    }
    const { products, sources } = this.#about;
    const from = sources?.length > 1 ? ` from ${sources.length} shops` : "";
    byId("shop").textContent = `${products.toLocaleString()} things${from}`;
    await this.#look({ scroll: history.state?.scroll ?? 0 });
  }

  async #usePicture(blob) {
    const picture = await readyToSend(blob);
    this.#expecting = false;
    this.#picture = { blob: picture, thumbnail: URL.createObjectURL(picture) };
    this.#adjusted = false;
    const { weights, filters } = this.#state;
    this.#state = { ...emptyState(), weights, filters };
    await this.#look({ scroll: 0, focus: true });
  }

  async #followRightClick({ status, dataUrl, error }) {
    if (status === "ready") {
      const picture = await fetch(dataUrl);
      await this.#usePicture(await picture.blob());
    } else if (status === "loading") {
      this.#expecting = true;
      this.#unread = null;
      this.notice.hide();
      this.#showView();
    } else {
      this.#expecting = false;
      this.#unread = error;
      await this.#look();
    }
  }

  /** A change that leaves the answer as it is. */
  #remember(part) {
    this.#state = { ...this.#state, ...part };
    if (!this.#picture) this.navigation.replace(this.#state);
  }

  /** A turned dial or filter: the same query is asked again, by its vector. */
  #adjust(part) {
    this.#remember(part);
    // A picture on its way is not sent a second time; its vector will be here in a moment.
    if (this.#picture) this.#adjusted = true;
    else this.#look();
  }

  /** Shows the state at hand: asks the server unless the answer is still here. */
  async #look({ scroll = null, focus = false } = {}) {
    this.notice.hide();
    this.#showView();
    if (!this.#about) return;
    this.#showControls();
    if (this.#unread) this.notice.showHint(this.#unread, readAgain);
    this.#unread = null;
    if (this.#expecting) return;
    if (!this.#picture && !hasQuery(this.#state)) {
      this.#search.cancel();
      await this.#showStart(scroll);
      return;
    }
    // A new query begins at the top; one gone back to waits for its results to be scrolled to.
    if (scroll === 0) scrollTo({ top: 0, behavior: "instant" });
    if (focus) byId("query-heading").focus({ preventScroll: true });
    const answer = await this.#answer();
    if (!answer) return;
    for (const product of Object.values(answer.products)) this.#known.set(product.id, product);
    for (const product of answer.query.products) this.#known.set(product.id, product);
    if (this.#picture) this.#settlePicture(answer);
    this.#showQuery();
    this.results.show(answer, this.#state, this.api, this.#about.reference_currency);
    if (scroll !== null) scrollTo({ top: scroll, behavior: "instant" });
    if (this.#adjusted) {
      this.#adjusted = false;
      await this.#look();
    }
  }

  async #answer() {
    const state = this.#state;
    const kept = this.#picture ? null : this.#search.kept(state);
    if (kept) {
      this.#search.cancel();
      return kept;
    }
    this.results.wait();
    try {
      const answer = await this.#search.ask(state, this.#picture?.blob);
      if (answer && !this.#picture) this.#search.keep(state, answer);
      return answer;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  /** From now on the vector stands for the picture, in the address and in every request. */
  #settlePicture(answer) {
    const vector = toUrlForm(answer.query.vector);
    const asked = this.#state;
    this.#thumbnails.set(vector, this.#picture.thumbnail);
    this.#picture = null;
    this.#state = { ...asked, vector, model: answer.model };
    if (!this.#adjusted) this.#search.keep(this.#state, answer);
    this.navigation.push(this.#state);
  }

  #fail(error) {
    this.results.settle();
    this.start.settle();
    if (error.kind === "refused" && this.#picture) {
      // The picture was no good: back to what was there before it came.
      this.#picture = null;
      this.#state = this.navigation.read();
      this.#look().then(() => this.notice.showError(error, this.api.server));
      return;
    }
    const again = () => (this.#about ? this.#look() : this.#connect());
    this.notice.showError(error, this.api.server, again);
  }

  #showView() {
    const looking = this.#expecting || this.#picture || hasQuery(this.#state);
    this.#setView(looking ? "results" : "start");
    if (this.#expecting) {
      this.query.showPicture(null);
      this.results.wait("Fetching the picture…");
    } else if (looking) {
      this.#showQuery();
      this.results.wait();
    } else this.start.wait();
  }

  #setView(view) {
    document.body.dataset.view = view;
    byId("start").hidden = view !== "start";
    byId("results").hidden = view !== "results";
    if (view === "start") {
      document.title = "samevibe";
      this.results.settle();
      this.results.forget();
    }
  }

  async #showStart(scroll) {
    try {
      await this.start.show(this.api, this.#about.reference_currency);
      for (const product of this.start.products) this.#known.set(product.id, product);
      if (scroll !== null) scrollTo({ top: scroll, behavior: "instant" });
    } catch (error) {
      this.#fail(error);
    }
  }

  #showControls() {
    this.dials.show(this.#state.weights);
    this.filters.show(this.#state.filters);
  }

  #showQuery() {
    const { products, vector } = this.#state;
    const thumbnail = this.#picture?.thumbnail ?? this.#thumbnails.get(vector);
    if (products.length) {
      const known = products.map((id) => this.#known.get(id)).filter(Boolean);
      this.query.showProducts(known, this.api, this.#about?.reference_currency);
    } else if (thumbnail) this.query.showPicture(thumbnail);
    else this.query.showVector(vector);
  }
}
