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

  /** The text in the title bar of the browser. */
  set heading(text) {
    this.#heading = text;
    document.title = `${text} · ${t('app.name')}`;
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
