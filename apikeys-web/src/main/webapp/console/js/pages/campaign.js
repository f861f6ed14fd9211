// One campaign: its keys, and saying of each that it is still needed or can go.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { number } from '../format.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { confirm } from '../ui/dialog.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, empty, facts, pageHead } from '../ui/parts.js';
import { time, timeAgo } from '../ui/time.js';
import { toast, toastProblem } from '../ui/toast.js';
import { options } from '../words.js';
import { progress } from './campaigns.js';
import '../ui/table.js';

class Campaign extends Page {
  #campaign = new Loader(this, async () => (await api.get(this.#path)).data);

  #source = async (query) => {
    const { data } = await api.get(`${this.#path}/items`, query);
    return { rows: data.items, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('campaigns.title');
    this.#campaign.run();
  }

  get #path() {
    return `/api/v1/campaigns/${encodeURIComponent(this.params.id)}`;
  }

  get #columns() {
    return [
      { title: t('keys.name'), main: true, cell: (item) => html`<a href=${href(`/keys/${item.key_id}`)}>${item.name}</a><div class="text-secondary fw-normal small">${item.key_id}</div>` },
      { title: t('keys.owner'), cell: (item) => item.owner },
      { title: t('keys.status'), cell: (item) => badge('status', item.status, item.status === 'open' ? 'yellow' : undefined) },
      { title: t('campaigns.decided'), cell: (item) => (item.decided_at ? html`${item.decided_by ?? ''} ${timeAgo(item.decided_at)}` : html`<span class="text-secondary">–</span>`) },
      { title: '', end: true, cell: (item) => this.#choices(item) },
    ];
  }

  #choices(item) {
    if (item.status !== 'open' || this.#campaign.value.status !== 'open' || !session.may('requests:write', 'requests:approve')) {
      return nothing;
    }
    return html`<span class="btn-list justify-content-end">
      ${button({ text: t('campaigns.confirm'), kind: 'btn-sm', image: 'check', click: () => this.#confirm(item) })}
      ${button({ text: t('campaigns.retire'), kind: 'btn-sm', click: () => this.#retire(item) })}</span>`;
  }

  #decide(item, word) {
    return api.post(`${this.#path}/items/${item.key_id}/${word}`);
  }

  async #reload(text) {
    toast(text);
    this.querySelector('ak-table').reload();
    await this.#campaign.run();
  }

  async #confirm(item) {
    try {
      await this.#decide(item, 'confirm');
      await this.#reload(t('campaigns.confirmed', { name: item.name }));
    } catch (failure) {
      toastProblem(failure);
    }
  }

  async #retire(item) {
    const done = await confirm({ title: t('campaigns.retire'), text: t('campaigns.retire_text', { name: item.name }), action: t('campaigns.retire'), submit: () => this.#decide(item, 'retire') });
    if (done) {
      await this.#reload(t('campaigns.retired', { name: item.name }));
    }
  }

  render() {
    return this.whole(this.#campaign, (campaign) => html`${pageHead({
        title: campaign.name,
        above: html`<a href=${href('/campaigns')}>${t('campaigns.title')}</a>`,
        below: badge('status', campaign.status, campaign.status === 'open' ? 'azure' : 'secondary'),
      })}
      <div class="stack">
        ${card({
          title: t('campaigns.about'),
          body: html`${progress(campaign)}<div class="mt-3">${facts([
            [t('campaigns.due'), html`${time(campaign.due_at)} (${timeAgo(campaign.due_at)})`],
            [t('campaigns.by'), campaign.created_by],
            [t('status.confirmed'), number(campaign.confirmed)],
            [t('status.retired'), number(campaign.retired)],
            [t('status.disabled'), number(campaign.disabled)],
            [t('status.ended'), number(campaign.ended)],
          ])}</div>`,
        })}
        <section class="card"><ak-table caption=${t('campaigns.keys')} .size=${25} .rowKey=${(item) => item.key_id} .columns=${this.#columns} .source=${this.#source}
          .filters=${[{ name: 'status', title: t('keys.status'), options: options('status', ['open', 'confirmed', 'retired', 'disabled', 'ended']) }]}
          .none=${empty({ title: t('campaigns.no_keys'), image: 'key' })}></ak-table></section>
      </div>`);
  }
}

define('page-campaign', Campaign);
