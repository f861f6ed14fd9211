// The window in which somebody signed in with a provider: it hands over the code and is done.
import { View, define, html } from './lit.js';
import { handOver } from './openid.js';
import { href } from './router.js';
import { t } from './text.js';
import { icon } from './ui/icons.js';
import { empty, linkButton } from './ui/parts.js';

class Returned extends View {
  connectedCallback() {
    super.connectedCallback();
    document.title = `${t('sign_in.returned')} · ${t('app.name')}`;
    handOver();
  }

  render() {
    return html`<main class="sign-in" id="main">
      <div class="sign-in-brand">${icon('key')}<span>${t('app.name')}</span></div>
      <div class="card sign-in-card"><h1 class="visually-hidden">${t('sign_in.returned')}</h1>
        ${empty({ title: t('sign_in.returned'), text: t('sign_in.returned_text'), image: 'check', action: linkButton({ text: t('missing.home'), to: href('/') }) })}</div>
    </main>`;
  }
}

define('ak-returned', Returned);
