// Parts of a page behind links, so that each can be linked to.
import { html, nothing } from '../lit.js';

/** tabs: [{key, text, to}]; `present` is the key of the one that is shown. */
export const tabs = (name, list, present) => html`<nav class="card mb-3" aria-label=${name}><ul class="nav nav-tabs tab-links">
  ${list.map(({ key, text, to }) => html`<li class="nav-item"><a class="nav-link ${key === present ? 'active' : ''}" href=${to} aria-current=${key === present ? 'page' : nothing}>${text}</a></li>`)}
</ul></nav>`;
