// Addresses of the console: real paths under /console/, so that every page can be linked to,
// reloaded, and gone back to. What a list shows stands in the query.
import { ROOT } from './api.js';

const BASE = `${ROOT}/console`;

/** What may stand in the place of a parameter: numbers and names as the API makes them, and no path. */
const PARAMETER = /^[\w-]+$/;

const address = () => location.pathname + location.search;

class Router extends EventTarget {
  #routes = [];
  /** The address of the page that is shown, without its fragment. */
  #at = address();
  /** Why the page should not be left now; each by whoever holds it. */
  #holds = new Set();
  #asking = false;
  /** Asks whether to leave all the same; the shell sets it. */
  #ask = async () => true;

  /** Takes routes of the form {path: '/keys/:id', tag, load, scopes}. */
  add(routes) {
    for (const route of routes) {
      const pattern = route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)');
      this.#routes.push({ ...route, pattern: new RegExp(`^${pattern}$`) });
    }
  }

  start() {
    addEventListener('popstate', () => this.#popped());
    addEventListener('beforeunload', (event) => {
      if (this.#holds.size > 0) {
        event.preventDefault();
      }
    });
    document.addEventListener('click', (event) => this.#follow(event));
  }

  onLeave(asking) {
    this.#ask = asking;
  }

  /** Nobody leaves the page unasked until the answer is called: `why` says what would be lost. */
  hold(why) {
    const held = { why };
    this.#holds.add(held);
    return () => this.#holds.delete(held);
  }

  /** Does what leaves the page; where something would be lost, after asking. */
  async leave(go) {
    if (this.#holds.size === 0) {
      go();
      return;
    }
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    try {
      if (await this.#ask([...this.#holds].at(-1).why)) {
        this.#holds.clear();
        go();
      }
    } finally {
      this.#asking = false;
    }
  }

  get path() {
    return location.pathname.slice(BASE.length).replace(/(.)\/$/, '$1') || '/';
  }

  get query() {
    return Object.fromEntries(new URLSearchParams(location.search));
  }

  /** The route of the present address and its parameters, or null. */
  match() {
    for (const route of this.#routes) {
      const found = route.pattern.exec(this.path);
      if (found) {
        const params = { ...found.groups };
        return Object.values(params).every((value) => PARAMETER.test(value)) ? { route, params } : null;
      }
    }
    return null;
  }

  /** The address of a page, for href. */
  href(path, query = {}) {
    const search = new URLSearchParams(
      Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== ''),
    ).toString();
    return BASE + path + (search ? `?${search}` : '');
  }

  go(path, query) {
    this.#to(this.href(path, query));
  }

  /** Changes what the query says without leaving the page; the page is not built anew. `state` goes with the address. */
  setQuery(query, state = null) {
    history.replaceState(state, '', this.href(this.path, query));
    this.#at = address();
    this.dispatchEvent(new Event('query'));
  }

  #to(url) {
    this.leave(() => {
      history.pushState(null, '', url);
      this.#arrived();
    });
  }

  /** Back, forward, or a place within the page: that leaves it as it is. */
  #popped() {
    if (address() === this.#at) {
      return;
    }
    if (this.#holds.size === 0) {
      this.#arrived();
      return;
    }
    history.pushState(null, '', this.#at); // stay until the person has said so: a step back from here leads there
    this.leave(() => history.back());
  }

  #arrived() {
    this.#at = address();
    this.dispatchEvent(new Event('change'));
  }

  #follow(event) {
    const link = event.target.closest?.('a[href]');
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) {
      return;
    }
    const url = new URL(link.href);
    const inside = url.origin === location.origin && (url.pathname === BASE || url.pathname.startsWith(`${BASE}/`));
    const samePlace = url.hash && url.pathname === location.pathname && url.search === location.search;
    if (inside && !samePlace) {
      event.preventDefault();
      this.#to(url);
    }
  }
}

export const router = new Router();
export const href = (path, query) => router.href(path, query);
