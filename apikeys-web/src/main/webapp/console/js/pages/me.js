// Who is signed in and what they may do.
import { define, html } from '../lit.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { Page } from '../ui/page.js';
import { card, codes, facts, pageHead } from '../ui/parts.js';

class Me extends Page {
  connectedCallback() {
    super.connectedCallback();
    this.heading = t('me.title');
  }

  render() {
    const me = session.person;
    return html`${pageHead({ title: t('me.title') })}
      ${card({
        title: me.name,
        body: html`${facts([
          [t('me.roles'), me.roles.map((role) => label('role', role)).join(', ') || t('common.none')],
          [t('me.organization'), String(me.organization_id)],
        ])}
        <h3 class="mt-4">${t('me.scopes')}</h3>
        <p class="text-secondary">${t('me.scopes_text')}</p>
        ${codes(me.scopes)}`,
      })}`;
  }
}

define('page-me', Me);
