// Campaigns: from time to time somebody says of every key that it is still needed.
import { define, html, nothing } from '../lit.js';
import { api, creator } from '../api.js';
import { fromLocalInput } from '../format.js';
import { href, router } from '../router.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, empty, field, meter, pageHead } from '../ui/parts.js';
import { timeAgo } from '../ui/time.js';
import { ENVIRONMENTS, TYPES, options } from '../words.js';
import '../ui/table.js';

/** How far a campaign has come. */
export const progress = (campaign) => meter(campaign.total ? 1 - campaign.open / campaign.total : 1, t('campaigns.done_of', { done: campaign.total - campaign.open, total: campaign.total }), 'blue');

const COLUMNS = [
  { title: t('campaigns.name'), main: true, cell: (one) => html`<a href=${href(`/campaigns/${one.id}`)}>${one.name}</a>` },
  { title: t('keys.status'), cell: (one) => badge('status', one.status, one.status === 'open' ? 'azure' : 'secondary') },
  { title: t('campaigns.progress'), cell: progress },
  { title: t('campaigns.due'), cell: (one) => timeAgo(one.due_at) },
  { title: t('campaigns.by'), cell: (one) => one.created_by },
];

class Campaigns extends Page {
  #source = async (query) => {
    const { data } = await api.get('/api/v1/campaigns', query);
    return { rows: data.campaigns, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('campaigns.title');
  }

  async #create() {
    const send = creator('/api/v1/campaigns');
    const any = ['', t('table.all')];
    const made = await dialog({
      title: t('campaigns.new'),
      action: t('campaigns.begin'),
      body: ({ error }) => html`<p>${t('campaigns.new_text')}</p>
        ${field({ name: 'name', title: t('campaigns.name'), required: true, max: 100, error: error('name') })}
        ${field({ name: 'due_at', title: t('campaigns.due'), type: 'datetime-local', required: true, help: t('campaigns.due_help'), error: error('due_at') })}
        <div class="columns">
          ${field({ name: 'environment', title: t('keys.environment'), type: 'select', options: [any, ...options('environment', ENVIRONMENTS)], error: error('selection.environment') })}
          ${field({ name: 'type', title: t('keys.type'), type: 'select', options: [any, ...options('type', TYPES)], error: error('selection.type') })}
          ${field({ name: 'owner', title: t('keys.owner'), error: error('selection.owner') })}
          ${field({ name: 'tag', title: t('keys.tag'), error: error('selection.tag') })}
        </div>`,
      submit: async ({ name, due_at: due, ...selection }) => {
        const chosen = Object.fromEntries(Object.entries(selection).filter(([, value]) => value));
        return (await send({ name, due_at: fromLocalInput(due), ...(Object.keys(chosen).length ? { selection: chosen } : {}) })).data;
      },
    });
    if (made) {
      router.go(`/campaigns/${made.id}`);
    }
  }

  render() {
    const create = session.may('requests:approve') ? button({ text: t('campaigns.new'), kind: 'btn-primary', image: 'plus', click: () => this.#create() }) : nothing;
    return html`${pageHead({ title: t('campaigns.title'), below: t('campaigns.text'), actions: create })}
      <section class="card"><ak-table caption=${t('campaigns.title')} .columns=${COLUMNS} .source=${this.#source}
        .filters=${[{ name: 'status', title: t('keys.status'), options: options('status', ['open', 'closed']) }]}
        .none=${empty({ title: t('campaigns.none'), text: t('campaigns.none_text'), image: 'campaign', action: create })}></ak-table></section>`;
  }
}

define('page-campaigns', Campaigns);
