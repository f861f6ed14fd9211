// What every page is: an element that knows its parameters.
import { View } from '../lit.js';
import { router } from '../router.js';
import { t } from '../text.js';

/** A page. Sets its own title; params are the named parts of its address. */
export class Page extends View {
  static properties = { params: { attribute: false } };

  constructor() {
    super();
    this.params = {};
  }

  get query() {
    return router.query;
  }

  /** The text in the title bar of the browser. */
  set heading(text) {
    document.title = `${text} · ${t('app.name')}`;
  }
}
