// Addresses of the console: real paths under /console/, so that every page can be linked to,
// reloaded, and gone back to. What a list shows stands in the query.
import { ROOT } from './api.js';

const BASE = `${ROOT}/console`;

class Router extends EventTarget {
  #routes = [];

  /** Takes routes of the form {path: '/keys/:id', tag, load, scopes}. */
  add(routes) {
    for (const route of routes) {
      const pattern = route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)');
      this.#routes.push({ ...route, pattern: new RegExp(`^${pattern}$`) });
    }
  }

  start() {
    addEventListener('popstate', () => this.#changed());
    document.addEventListener('click', (event) => this.#follow(event));
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
        const params = Object.entries(found.groups ?? {});
        return { route, params: Object.fromEntries(params.map(([name, value]) => [name, decodeURIComponent(value)])) };
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
    history.pushState(null, '', this.href(path, query));
    this.#changed();
  }

  /** Changes what the query says without leaving the page; the page is not built anew. */
  setQuery(query) {
    history.replaceState(null, '', this.href(this.path, query));
    this.dispatchEvent(new Event('query'));
  }

  #changed() {
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
      history.pushState(null, '', url);
      this.#changed();
    }
  }
}

export const router = new Router();
export const href = (path, query) => router.href(path, query);
