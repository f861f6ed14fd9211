// The list of keys: the person's own, or the organization's for whoever may see them.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { compact } from '../format.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { Page } from '../ui/page.js';
import { badge, code, empty, linkButton, pageHead } from '../ui/parts.js';
import { timeAgo } from '../ui/time.js';
import { ENVIRONMENTS, KEY_STATUSES, TYPES, options } from '../words.js';
import '../ui/table.js';

const SOON_MS = 14 * 86_400_000;

/** When a key ends, in a colour that says how near that is. */
function expiry(key) {
  if (!key.expires_at) {
    return html`<span class="text-secondary">${t('keys.no_end')}</span>`;
  }
  const near = key.status === 'active' && new Date(key.expires_at) - Date.now() < SOON_MS;
  return near ? html`<span class="badge bg-yellow-lt">${timeAgo(key.expires_at)}</span>` : timeAgo(key.expires_at);
}

const COLUMNS = [
  {
    title: t('keys.name'),
    sort: 'name',
    main: true,
    cell: (key) => html`<a href=${href(`/keys/${key.key_id}`)}>${key.name}</a>
      <div class="text-secondary fw-normal small">${code(`${key.key_prefix}…`)} ${key.key_id}</div>`,
  },
  { title: t('keys.status'), cell: (key) => badge('status', key.status) },
  { title: t('keys.environment'), cell: (key) => label('environment', key.environment) },
  { title: t('keys.type'), cell: (key) => label('type', key.type) },
  { title: t('keys.owner'), cell: (key) => key.owner },
  {
    title: t('keys.use'),
    sort: 'usage_count',
    end: true,
    cell: (key) => html`${compact(key.usage_count)}${key.denied_count ? html`<div class="small text-secondary">${t('keys.denied', { n: key.denied_count })}</div>` : nothing}`,
  },
  { title: t('keys.last_used'), sort: 'last_used', cell: (key) => timeAgo(key.last_used_at) },
  { title: t('keys.expires'), cell: expiry },
];

const FILTERS = [
  { name: 'q', title: t('keys.search'), type: 'search', wide: true },
  { name: 'status', title: t('keys.status'), options: options('status', KEY_STATUSES) },
  { name: 'environment', title: t('keys.environment'), options: options('environment', ENVIRONMENTS) },
  { name: 'type', title: t('keys.type'), options: options('type', TYPES) },
];

class Keys extends Page {
  #source = async (query) => {
    const { data } = await api.get('/api/v1/api-keys', query);
    return { rows: data.api_keys, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('keys.nav');
  }

  get #ownAlone() {
    return session.is('developer') && !session.is('manager', 'admin', 'auditor');
  }

  render() {
    const ask = session.may('requests:write') ? linkButton({ text: t('request.ask'), to: href('/requests/new'), kind: 'btn-primary', image: 'plus' }) : nothing;
    const filters = this.#ownAlone ? FILTERS : [...FILTERS, { name: 'owner', title: t('keys.owner'), type: 'search' }, { name: 'scope', title: t('keys.scope'), type: 'search' }, { name: 'tag', title: t('keys.tag'), type: 'search' }];
    return html`${pageHead({ title: t(this.#ownAlone ? 'keys.own' : 'keys.nav'), actions: ask })}
      <section class="card"><ak-table caption=${t('keys.nav')} sort="-created_at" .size=${25} .columns=${COLUMNS} .filters=${filters} .source=${this.#source}
        .none=${empty({ title: t('keys.none'), text: t('keys.none_text'), image: 'key', action: ask })}></ak-table></section>`;
  }
}

define('page-keys', Keys);
