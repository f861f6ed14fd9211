// Signing in: as a page when nobody is signed in, and as a dialog over the page when the session has
// ended while somebody works.
import { View, define, html, nothing } from './lit.js';
import { Problem } from './api.js';
import { SignInAttempt, provider } from './openid.js';
import { session } from './session.js';
import { t } from './text.js';
import { dialog } from './ui/dialog.js';
import { button, field, problemBox, spinner, values } from './ui/parts.js';
import { icon } from './ui/icons.js';

const told = (failure) => (failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message }));

class SignIn extends View {
  static properties = { problem: { state: true }, busy: { state: true }, provider: { state: true }, waiting: { state: true } };

  #attempt = null;

  firstUpdated() {
    document.title = `${t('sign_in.title')} · ${t('app.name')}`;
    this.#begin();
  }

  /** Asks how people sign in here: `provider` is undefined until that is known. */
  async #begin() {
    this.problem = null;
    try {
      const found = await provider();
      this.#attempt = found && (await SignInAttempt.at(found));
      this.provider = found;
    } catch (failure) {
      this.problem = told(failure);
    }
    await this.updateComplete;
    this.querySelector('input, .sign-in-card .btn')?.focus();
  }

  async #signInAtProvider() {
    this.problem = null;
    try {
      this.#attempt.open();
      if (this.waiting) {
        return; // the window is back, and its answer is awaited already
      }
      this.waiting = true;
      await session.signInAt(this.provider, this.#attempt);
    } catch (failure) {
      this.problem = told(failure);
      this.#attempt = await SignInAttempt.at(this.provider);
    }
    this.waiting = false;
  }

  async #submit(event) {
    event.preventDefault();
    const form = event.target;
    const { username, password } = values(form);
    this.busy = true;
    this.problem = null;
    try {
      await session.signIn(username, password);
    } catch (failure) {
      this.problem = told(failure);
      await this.updateComplete;
      form.elements.password.select();
      form.elements.password.focus();
    } finally {
      this.busy = false;
    }
  }

  render() {
    return html`<main class="sign-in" id="main">
      <div class="sign-in-brand">${icon('key')}<span>${t('app.name')}</span></div>
      <div class="card sign-in-card"><div class="card-body">
        <h1 class="h2 text-center mb-4" tabindex="-1">${t('sign_in.heading')}</h1>
        ${this.problem ? problemBox(this.problem, this.provider === undefined ? () => this.#begin() : null) : nothing}
        ${this.provider === undefined ? (this.problem ? nothing : spinner()) : this.provider ? this.#byProvider() : this.#byPassword()}
      </div></div>
      <p class="text-secondary text-center small">${t('sign_in.memory')}</p>
    </main>`;
  }

  #byPassword() {
    return html`<form @submit=${(event) => this.#submit(event)}>
      ${field({ name: 'username', title: t('sign_in.username'), required: true, max: 64, autocomplete: 'username' })}
      ${field({ name: 'password', title: t('sign_in.password'), type: 'password', required: true, max: 256, autocomplete: 'current-password' })}
      ${button({ text: t('sign_in.submit'), type: 'submit', kind: 'btn-primary w-100', busy: this.busy })}
    </form>`;
  }

  #byProvider() {
    return html`${button({ text: t('sign_in.at', { name: this.provider.name }), kind: 'btn-primary w-100', click: () => this.#signInAtProvider() })}
      <p class="text-secondary text-center mt-3 mb-0" role="status">${this.waiting ? t('sign_in.waiting') : t('sign_in.window')}</p>`;
  }
}

define('ak-sign-in', SignIn);

/** Over the page, which stays as it is. Answers whether the same person is back. */
export async function signInAgain(name) {
  const done = await (session.provider ? againAtProvider(session.provider) : againByPassword(name));
  if (done === null) {
    session.signOut();
  }
  return session.person?.name === name && done !== null;
}

async function againAtProvider(found) {
  const leaving = new AbortController();
  let attempt = await SignInAttempt.at(found);
  let waiting = false;
  let redraw = () => {};
  const done = await dialog({
    title: t('sign_in.again'),
    action: t('sign_in.at', { name: found.name }),
    cancel: t('sign_in.out'),
    leavable: true,
    apart: true,
    body: (form) => {
      redraw = form.redraw;
      return html`<p class=${waiting ? '' : 'mb-0'}>${t('sign_in.again_text')}</p>
        ${waiting ? html`<p role="status">${t('sign_in.waiting')}</p>${button({ text: t('sign_in.reopen'), click: () => attempt.open() })}` : nothing}`;
    },
    submit: async () => {
      attempt.open();
      waiting = true;
      redraw();
      try {
        await session.signInAt(found, attempt, leaving.signal);
      } finally {
        waiting = false;
        attempt = await SignInAttempt.at(found);
      }
      return true;
    },
  });
  leaving.abort();
  return done;
}

async function againByPassword(name) {
  return dialog({
    title: t('sign_in.again'),
    action: t('sign_in.submit'),
    cancel: t('sign_in.out'),
    apart: true,
    body: ({ error }) => html`<p>${t('sign_in.again_text')}</p>
      ${field({ name: 'username', title: t('sign_in.username'), value: name, disabled: true, autocomplete: 'username', scope: '-again' })}
      ${field({ name: 'password', title: t('sign_in.password'), type: 'password', required: true, max: 256, autocomplete: 'current-password', error: error('password'), scope: '-again' })}`,
    submit: async ({ password }) => {
      await session.signIn(name, password);
      return true;
    },
  });
}
