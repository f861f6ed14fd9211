// Who is signed in. The token lives in a variable of this module and nowhere else: it is gone with
// the page. Before it ends it is renewed; when that fails, the person signs in over the page as it
// is, and nothing that was typed is lost.
import { Problem, api, useCredentials } from './api.js';

const RENEW_AT = 0.7; // of the token's life

let token = null;
/** What a provider's token is exchanged for a new one with; null when it gave none. */
let refresh = null;
/** The provider that the person signed in with; null for the built-in directory. */
let provider = null;
/** How often somebody has signed out: what was on its way before opens nothing afterwards. */
let signOuts = 0;
let timer = 0;
let waiting = null;
let looking = null;
/** Asks the person for their password again; the shell sets it. Answers whether they are back. */
let ask = async () => false;

class Session extends EventTarget {
  /** The answer of /auth/me, or null when nobody is signed in. */
  person = null;

  get isOpen() {
    return this.person !== null;
  }

  /** Whether the person holds one of these scopes; without any asked for, everybody does. */
  may(...scopes) {
    return scopes.length === 0 || scopes.some((scope) => this.person?.scopes.includes(scope));
  }

  /** Whether what concerns the whole installation is shown to this person. */
  get isOfDefaultOrganization() {
    return this.person?.organization_id === 1;
  }

  is(...roles) {
    return roles.some((role) => this.person?.roles.includes(role));
  }

  async signIn(username, password) {
    await this.#enter(api.post('/api/v1/auth/token', { username, password }, { anonymous: true }), null);
  }

  /** Signs in with what comes of an attempt at a provider; the signal gives up waiting for it. */
  async signInAt(found, attempt, signal) {
    const grant = await attempt.answer(signal);
    await this.#enter(api.post('/api/v1/auth/openid/token', grant, { anonymous: true }), found);
  }

  /** The provider that the person signed in with; null for the built-in directory. */
  get provider() {
    return provider;
  }

  async #enter(asked, from) {
    const before = signOuts;
    const { data: answer } = await asked;
    if (signOuts !== before) {
      return;
    }
    token = answer.access_token;
    refresh = answer.refresh_token ?? (from === provider ? refresh : null);
    provider = from;
    this.#schedule(answer.expires_in);
    const { data } = await api.get('/api/v1/auth/me', {}, { once: true }).catch((failure) => {
      if (!this.isOpen) {
        this.#forget(); // what the server does not take opens nothing
      }
      throw failure;
    });
    if (signOuts === before) {
      this.#is(data);
    }
  }

  /** Tells of another person (`change`), and of the same one with other rights (`rights`). */
  #is(person) {
    const before = this.person;
    this.person = person;
    if (before?.name !== person.name) {
      this.dispatchEvent(new Event('change'));
    } else if (JSON.stringify(before) !== JSON.stringify(person)) {
      this.dispatchEvent(new Event('rights'));
    }
  }

  /** Called when the server refuses what was shown as possible: what the person may do can have changed. */
  async look() {
    if (!this.isOpen || looking) {
      return;
    }
    looking = api.get('/api/v1/auth/me', {}, { once: true });
    try {
      const { data } = await looking;
      if (data.name === this.person?.name) {
        this.#is(data);
      }
    } catch (failure) {
      if (!(failure instanceof Problem)) {
        throw failure;
      }
      // what was refused has been told; the navigation stays as it is
    } finally {
      looking = null;
    }
  }

  #schedule(lifetime) {
    clearTimeout(timer);
    timer = setTimeout(() => this.#renew(lifetime * (1 - RENEW_AT)), Math.min(lifetime * RENEW_AT * 1000, 2_147_483_647));
  }

  /** What keeps the server from answering now is tried once more in the rest of the token's life: `left` seconds. */
  async #renew(left) {
    if (provider && !refresh) {
      return; // the next call that is refused asks to sign in
    }
    try {
      const asked = provider
        ? api.post('/api/v1/auth/openid/renew', { refresh_token: refresh }, { anonymous: true })
        : api.post('/api/v1/auth/renew', {}, { once: true });
      await this.#enter(asked, provider);
    } catch (failure) {
      if (!(failure instanceof Problem)) {
        throw failure;
      }
      if (this.isOpen && !failure.isFinal && left > 1) {
        this.#schedule(left);
      } // else the next call that is refused asks for the password
    }
  }

  #forget() {
    clearTimeout(timer);
    token = null;
    refresh = null;
    provider = null;
  }

  signOut() {
    signOuts += 1;
    this.#forget();
    this.person = null;
    this.dispatchEvent(new Event('change'));
  }

  /** Called when the server takes the token no longer: once for all calls that fail together. */
  async reopen() {
    if (!this.isOpen) {
      return false;
    }
    clearTimeout(timer);
    waiting ??= ask(this.person.name).finally(() => {
      waiting = null;
    });
    return waiting;
  }

  onEnd(asking) {
    ask = asking;
  }
}

export const session = new Session();
useCredentials({ token: () => token, renew: () => session.reopen(), refused: () => session.look() });
