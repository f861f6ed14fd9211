// The frame around every page: navigation by what the person may do, who they are, what is new.
import { View, define, html, nothing } from './lit.js';
import { ROOT, api } from './api.js';
import { every } from './every.js';
import { href, router } from './router.js';
import { session } from './session.js';
import { label, t } from './text.js';
import { closeDialogs, confirm } from './ui/dialog.js';
import { empty, linkButton, problemBox, spinner } from './ui/parts.js';
import { icon } from './ui/icons.js';
import { dismissAll } from './ui/toast.js';
import { SECTIONS, routes } from './routes.js';
import './returned.js';
import './signin.js';

const NOTICES_EVERY_MS = 60_000;

class App extends View {
  static properties = {
    page: { state: true },
    problem: { state: true },
    missing: { state: true },
    menu: { state: true },
    account: { state: true },
    unread: { state: true },
    theme: { state: true },
  };

  #stop = () => {};
  #element = null;

  constructor() {
    super();
    this.unread = 0;
    this.theme = window.apikeysTheme.current();
    router.add(routes);
    router.start();
    router.onLeave((why) =>
      confirm({ title: t('leave.title'), text: why, action: t('leave.leave'), cancel: t('leave.stay'), kind: 'btn-danger', apart: true }));
  }

  connectedCallback() {
    super.connectedCallback();
    router.addEventListener('change', () => {
      closeDialogs();
      this.#route();
    });
    router.addEventListener('query', () => this.#mark());
    session.addEventListener('change', () => {
      closeDialogs();
      dismissAll();
      this.#person();
    });
    session.addEventListener('rights', () => this.#rights());
    addEventListener('themechange', (event) => {
      this.theme = event.detail;
    });
    addEventListener('notices', () => this.#count());
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.#closeMenus();
      }
    });
    document.addEventListener('click', (event) => {
      if (this.account && !event.target.closest?.('.account')) {
        this.account = false;
      }
    });
  }

  #person() {
    this.#stop();
    this.#element = null;
    this.unread = 0;
    if (session.isOpen) {
      this.#count();
      this.#stop = every(NOTICES_EVERY_MS, () => this.#count());
      this.#route();
    }
    this.requestUpdate();
  }

  /** What is closed gives the focus back to what opened it. */
  #closeMenus() {
    for (const name of ['menu', 'account']) {
      const part = this[name] ? this.querySelector(name === 'menu' ? '#navigation' : '#account') : null;
      if (part?.contains(document.activeElement)) {
        this.querySelector(`[aria-controls=${part.id}]`).focus();
      }
      this[name] = false;
    }
  }

  /** The same person may do more or less than before: the page stays, unless it is none of theirs any more. */
  #rights() {
    const found = router.match();
    const isAllowed = found && session.may(...(found.route.scopes ?? []));
    if (found && isAllowed === (this.missing === 'forbidden')) {
      this.#route();
    }
    this.#element?.requestUpdate();
    this.requestUpdate();
  }

  async #count() {
    try {
      this.unread = (await api.get('/api/v1/notices', { size: 1, unread: true })).data.unread;
    } catch {
      // the number is only a help
    }
  }

  async #route() {
    this.menu = false;
    this.account = false;
    if (!session.isOpen) {
      this.requestUpdate();
      return;
    }
    const found = router.match();
    this.problem = null;
    this.missing = !found ? 'unknown' : session.may(...(found.route.scopes ?? [])) ? '' : 'forbidden';
    if (this.missing) {
      this.#element = null;
      document.title = `${t(`missing.${this.missing}`)} · ${t('app.name')}`;
      this.requestUpdate();
      this.#mark();
      return;
    }
    const place = location.pathname + location.search;
    const problem = await found.route.load().then(() => null, (failure) => ({ title: t('problem.module'), detail: failure.message }));
    if (place !== location.pathname + location.search) {
      return; // gone elsewhere meanwhile
    }
    if (problem) {
      this.problem = problem;
      return;
    }
    const element = Object.assign(document.createElement(found.route.tag), { params: found.params });
    this.#element = element;
    this.requestUpdate();
    await this.updateComplete;
    this.#mark();
    scrollTo(0, 0);
    await element.updateComplete;
    this.#focus(element);
  }

  /** The heading of the page gets the focus; where it comes with what is loaded, the page has it until then. */
  #focus(element) {
    const main = this.querySelector('main');
    const heading = () => element.querySelector('h1');
    (heading() ?? main)?.focus({ preventScroll: true });
    if (heading() || !main) {
      return;
    }
    const watch = new MutationObserver(() => {
      if (!element.isConnected || heading()) {
        watch.disconnect();
        if (document.activeElement === main || document.activeElement === document.body) {
          heading()?.focus({ preventScroll: true });
        }
      }
    });
    watch.observe(main, { childList: true, subtree: true });
  }

  /** Says in the document which address is shown: a page may still be on its way. */
  #mark() {
    this.dataset.shown = location.pathname + location.search;
  }

  /** To the content, without another address for the same page. */
  #skip(event) {
    event.preventDefault();
    this.querySelector('main').focus();
  }

  #toggleTheme() {
    window.apikeysTheme.choose(this.theme === 'dark' ? 'light' : 'dark');
  }

  render() {
    if (!session.isOpen && router.path === '/signed-in') {
      return html`<ak-returned></ak-returned>`;
    }
    if (!session.isOpen) {
      return html`<ak-sign-in></ak-sign-in><ak-toasts></ak-toasts>`;
    }
    return html`<a class="skip" href="#main" @click=${(event) => this.#skip(event)}>${t('shell.skip')}</a>
      <div class="page">
        ${this.#side()}
        <div class="page-wrapper">
          ${this.#top()}
          <main class="page-body" id="main" tabindex="-1"><div class="container-xl">${this.#content()}</div></main>
        </div>
      </div>
      <ak-toasts></ak-toasts>`;
  }

  #content() {
    if (this.problem) {
      return problemBox(this.problem, () => location.reload());
    }
    if (this.missing) {
      return html`<h1 class="visually-hidden" tabindex="-1">${t(`missing.${this.missing}`)}</h1>
        ${empty({
          title: t(`missing.${this.missing}`),
          text: t(`missing.${this.missing}_text`),
          image: this.missing === 'forbidden' ? 'lock' : 'search',
          action: linkButton({ text: t('missing.home'), to: href('/'), kind: 'btn-primary' }),
        })}`;
    }
    return this.#element ?? spinner();
  }

  #side() {
    return html`<aside class="side ${this.menu ? 'side-open' : ''}" data-bs-theme="dark">
      <div class="side-head">
        <a class="side-brand" href=${href('/')}>${icon('key')}<span>${t('app.name')}</span></a>
        <button type="button" class="btn btn-icon btn-ghost-light side-toggle" aria-expanded=${this.menu ? 'true' : 'false'} aria-controls="navigation"
          aria-label=${t('shell.menu')} @click=${() => { this.menu = !this.menu; }}>${icon(this.menu ? 'x' : 'menu')}</button>
      </div>
      <nav id="navigation" aria-label=${t('shell.navigation')}>
        ${SECTIONS.map((section) => this.#section(section))}
      </nav>
    </aside>`;
  }

  #section(section) {
    const own = routes.filter((route) => route.section === section && session.may(...(route.scopes ?? [])) && (route.when?.(session) ?? true));
    if (own.length === 0) {
      return nothing;
    }
    return html`<div class="side-section">
      <p class="side-title" id="nav-${section}">${t(`section.${section}`)}</p>
      <ul aria-labelledby="nav-${section}">
        ${own.map((route) => html`<li><a href=${href(route.path)} aria-current=${this.#isAt(route) ? 'page' : nothing}>
          ${icon(route.icon)}<span>${t(route.title)}</span>
          ${route.path === '/notices' && this.unread ? html`<span class="badge badge-unread ms-auto">${this.unread}<span class="visually-hidden"> ${t('shell.unread')}</span></span>` : nothing}</a></li>`)}
      </ul>
    </div>`;
  }

  #isAt(route) {
    return router.path === route.path || (route.path !== '/' && router.path.startsWith(`${route.path}/`) && !routes.some((other) => other.section && other.path === router.path));
  }

  #top() {
    const person = session.person;
    return html`<header class="top">
      <div class="ms-auto d-flex align-items-center gap-1">
        <button type="button" class="btn btn-icon btn-ghost-secondary" @click=${() => this.#toggleTheme()}
          aria-label=${t(this.theme === 'dark' ? 'shell.light' : 'shell.dark')} title=${t(this.theme === 'dark' ? 'shell.light' : 'shell.dark')}>${icon(this.theme === 'dark' ? 'sun' : 'moon')}</button>
        <a class="btn btn-icon btn-ghost-secondary position-relative" href=${href('/notices')} aria-label=${t('shell.notices', { n: this.unread })} title=${t('shell.notices', { n: this.unread })}>
          ${icon('bell')}${this.unread ? html`<span class="badge bg-red badge-notification badge-dot"></span>` : nothing}</a>
        <div class="account">
          <button type="button" class="btn btn-ghost-secondary" aria-expanded=${this.account ? 'true' : 'false'} aria-controls="account" @click=${() => { this.account = !this.account; }}>
            ${icon('user')}<span class="account-name">${person.name}</span>${icon('down')}</button>
          ${this.account
            ? html`<div class="dropdown-menu dropdown-menu-end show account-menu" id="account">
                <div class="px-3 py-2"><strong>${person.name}</strong>
                  <div class="text-secondary small">${person.roles.map((role) => label('role', role)).join(', ')} · ${t('shell.organization', { id: String(person.organization_id) })}</div></div>
                <div class="dropdown-divider"></div>
                <a class="dropdown-item" href=${href('/me')}>${t('me.title')}</a>
                <a class="dropdown-item" href=${href('/help')}>${t('help.title')}</a>
                <a class="dropdown-item" href="${ROOT}/explorer/">${t('shell.explorer')}</a>
                <button type="button" class="dropdown-item" @click=${() => router.leave(() => session.signOut())}>${icon('signout')}${t('shell.sign_out')}</button>
              </div>`
            : nothing}
        </div>
      </div>
    </header>`;
  }
}

define('ak-app', App);
