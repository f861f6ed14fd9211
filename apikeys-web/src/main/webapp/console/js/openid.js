// Signing in with an OpenID provider: authorization code with PKCE (RFC 7636), in a window of its own.
// The page stays where it is, so that state, nonce and verifier live in variables and what was typed is
// not lost; the other window hands the code over and closes. The server exchanges the code.
import { Problem, api } from './api.js';
import { t } from './text.js';

const CHANNEL = 'apikeys-sign-in';
const WINDOW = 'popup,width=520,height=680';

/** How people sign in: the provider, or null for the built-in directory. */
export const provider = async () => (await api.get('/api/v1/auth/openid', {}, { anonymous: true })).data.provider;

/** Base64url of bytes, without padding. */
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const hash = async (text) => base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));

/** One sign-in. It is prepared before the click, since a browser opens a window during a click alone. */
export class SignInAttempt {
  #secrets = { state: random(), nonce: random(), verifier: random() };
  #provider;
  #url;

  static async at(found) {
    const attempt = new SignInAttempt();
    const { state, nonce, verifier } = attempt.#secrets;
    const url = new URL(found.authorization_endpoint);
    const query = {
      response_type: 'code',
      client_id: found.client_id,
      redirect_uri: found.redirect_uri,
      scope: found.scope,
      state,
      nonce,
      code_challenge: await hash(verifier),
      code_challenge_method: 'S256',
    };
    Object.entries(query).forEach(([name, value]) => url.searchParams.set(name, value));
    attempt.#provider = found;
    attempt.#url = url;
    return attempt;
  }

  /** Opens the provider's page, or brings it back; call it in a click. */
  open() {
    if (new URL(this.#provider.redirect_uri).origin !== location.origin) {
      throw failed(t('sign_in.elsewhere', { origin: new URL(this.#provider.redirect_uri).origin }));
    }
    if (!window.open(this.#url, CHANNEL, WINDOW)) {
      throw failed(t('sign_in.blocked'));
    }
  }

  /** Waits for the other window; answers what the code is exchanged with. */
  answer(signal) {
    const channel = new BroadcastChannel(CHANNEL);
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      channel.onmessage = ({ data }) => {
        if (data?.state !== this.#secrets.state) {
          return; // of another sign-in, or of nobody who was sent from here
        }
        // whose code it is (RFC 9207), where the provider says so
        if (data.code && (data.iss ?? this.#provider.issuer) === this.#provider.issuer) {
          resolve({ code: data.code, code_verifier: this.#secrets.verifier, nonce: this.#secrets.nonce });
        } else {
          reject(failed(t('sign_in.refused', { reason: data.error ?? '' })));
        }
      };
    }).finally(() => channel.close());
  }
}

const failed = (detail) => new Problem({ code: 'SIGN_IN', title: t('sign_in.failed'), detail });

/** In the other window: hands over what the provider sent back, and closes. */
export function handOver() {
  const { searchParams } = new URL(location.href);
  history.replaceState(null, '', location.pathname);
  const data = Object.fromEntries(['state', 'code', 'error', 'iss'].map((name) => [name, searchParams.get(name) ?? undefined]));
  if (data.state) {
    const channel = new BroadcastChannel(CHANNEL);
    channel.postMessage(data);
    channel.close();
  }
  window.close();
}
