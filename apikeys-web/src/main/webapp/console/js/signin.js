// Signing in: as a page when nobody is signed in, and as a dialog over the page when the session has
// ended while somebody works.
import { View, define, html, nothing } from './lit.js';
import { Problem } from './api.js';
import { session } from './session.js';
import { t } from './text.js';
import { dialog } from './ui/dialog.js';
import { button, field, problemBox, values } from './ui/parts.js';
import { icon } from './ui/icons.js';

class SignIn extends View {
  static properties = { problem: { state: true }, busy: { state: true } };

  firstUpdated() {
    document.title = `${t('sign_in.title')} · ${t('app.name')}`;
    this.querySelector('input')?.focus();
  }

  async #submit(event) {
    event.preventDefault();
    const form = event.target;
    const { username, password } = values(form);
    this.busy = true;
    this.problem = null;
    try {
      await session.signIn(username, form.elements.password.value || password);
    } catch (failure) {
      this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
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
        ${this.problem ? problemBox(this.problem) : nothing}
        <form @submit=${(event) => this.#submit(event)}>
          ${field({ name: 'username', title: t('sign_in.username'), required: true, max: 64, autocomplete: 'username' })}
          ${field({ name: 'password', title: t('sign_in.password'), type: 'password', required: true, max: 256, autocomplete: 'current-password' })}
          ${button({ text: t('sign_in.submit'), type: 'submit', kind: 'btn-primary w-100', busy: this.busy })}
        </form>
      </div></div>
      <p class="text-secondary text-center small">${t('sign_in.memory')}</p>
    </main>`;
  }
}

define('ak-sign-in', SignIn);

/** Over the page, which stays as it is. Answers whether the same person is back. */
export async function signInAgain(name) {
  const done = await dialog({
    title: t('sign_in.again'),
    action: t('sign_in.submit'),
    cancel: t('sign_in.out'),
    body: ({ error }) => html`<p>${t('sign_in.again_text')}</p>
      ${field({ name: 'username', title: t('sign_in.username'), value: name, disabled: true, scope: '-again' })}
      ${field({ name: 'password', title: t('sign_in.password'), type: 'password', required: true, max: 256, autocomplete: 'current-password', error: error('password'), scope: '-again' })}`,
    submit: async () => {
      await session.signIn(name, document.querySelector('dialog[open] [name=password]').value);
      return true;
    },
  });
  if (done === null) {
    session.signOut();
    return false;
  }
  return true;
}
