// What every page is: an element that knows its parameters.
import { View, html } from '../lit.js';
import { router } from '../router.js';
import { t } from '../text.js';
import { pageHead } from './parts.js';

/** A page. Sets its own title; params are the named parts of its address. */
export class Page extends View {
  static properties = { params: { attribute: false } };

  #heading = '';
  #release = null;

  constructor() {
    super();
    this.params = {};
  }

  get query() {
    return router.query;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.settled();
  }

  /** The text in the title bar of the browser, for as long as the page is shown. */
  set heading(text) {
    this.#heading = text;
    if (this.isConnected) {
      document.title = `${text} · ${t('app.name')}`;
    }
  }

  /** On to another page when what was sent is done, unless the person has gone elsewhere meanwhile. */
  goOn(path) {
    this.settled();
    if (this.isConnected) {
      router.go(path);
    }
  }

  /** What a loader has for the whole page: where it failed, the problem under the page's own heading. */
  whole(loader, ready) {
    return loader.problem ? html`${pageHead({ title: this.#heading })}${loader.view(ready)}` : loader.view(ready);
  }

  /** Something was typed that leaving the page would lose: that asks first, until it is settled. */
  typed() {
    this.#release ??= router.hold(t('leave.typed'));
  }

  /** What was typed is kept elsewhere now, or given up. */
  settled() {
    this.#release?.();
    this.#release = null;
  }
}
