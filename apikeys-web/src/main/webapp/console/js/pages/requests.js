// Requests: what waits for the person's decision, their own, and all.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { approveTogether, rejectTogether } from '../ui/decisions.js';
import { Page } from '../ui/page.js';
import { badge, button, empty, linkButton, pageHead } from '../ui/parts.js';
import { riskOf } from '../ui/preview.js';
import { tabs } from '../ui/tabs.js';
import { timeAgo } from '../ui/time.js';
import { toast } from '../ui/toast.js';
import { REQUEST_KINDS, REQUEST_STATUSES, options } from '../words.js';
import '../ui/table.js';

const COLUMNS = [
  {
    title: t('requests.what'),
    main: true,
    cell: (request) => html`<a href=${href(`/requests/${request.id}`)}>${request.subject}</a>
      <div class="text-secondary fw-normal small">${request.justification ?? nothing}</div>`,
  },
  { title: t('requests.kind'), cell: (request) => label('kind', request.kind) },
  { title: t('requests.who'), cell: (request) => request.requested_by },
  { title: t('requests.risk'), cell: (request) => badge('risk', riskOf(request.risk.score)) },
  { title: t('requests.approvals'), cell: (request) => `${request.approvals.filter((one) => one.counts).length} / ${request.required_approvals}` },
  { title: t('keys.status'), cell: (request) => html`${badge('status', request.status)}` },
  { title: t('requests.when'), cell: (request) => timeAgo(request.created_at) },
  { title: t('requests.until'), cell: (request) => (request.status === 'pending' ? timeAgo(request.expires_at) : html`<span class="text-secondary">–</span>`) },
];

const FILTERS = [
  { name: 'awaiting_me', hidden: true },
  { name: 'mine', hidden: true },
  { name: 'status', title: t('keys.status'), options: options('status', REQUEST_STATUSES) },
  { name: 'kind', title: t('requests.kind'), options: options('kind', REQUEST_KINDS) },
];

/** Where the policy says so, and the person is not the one who asked. */
const mayBeChosen = (request) => request.several_at_once && request.requested_by !== session.person.owner;

class Requests extends Page {
  static properties = { chosen: { state: true } };

  #source = async (query) => {
    const { data } = await api.get('/api/v1/key-requests', query);
    return { rows: data.key_requests, total: data.total };
  };

  constructor() {
    super();
    this.chosen = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('requests.nav');
  }

  async #decide(decide, said) {
    const done = await decide(this.chosen);
    this.querySelector('ak-table').reload();
    if (done > 0) {
      toast(said(done));
      dispatchEvent(new Event('notices'));
    }
  }

  /** What can be done with those that are chosen; nothing where no policy lets several be decided at once. */
  get #decisions() {
    const n = this.chosen.length;
    return html`<span class="text-secondary align-self-center" role="status">${n ? t('decisions.chosen', { n }) : t('decisions.choose')}</span>
      ${n === 0 ? nothing : html`
        ${button({ text: t('decisions.reject', { n }), click: () => this.#decide(rejectTogether, (count) => t('decisions.rejected', { n: count })) })}
        ${button({ text: t('decisions.approve', { n }), kind: 'btn-primary', image: 'check', click: () => this.#decide(approveTogether, (count) => t('decisions.approved', { n: count })) })}`}`;
  }

  render() {
    const { awaiting_me: waiting, mine } = this.query;
    const present = waiting ? 'waiting' : mine ? 'mine' : 'all';
    const views = [
      session.may('requests:approve') ? { key: 'waiting', text: t('requests.waiting'), to: href('/requests', { awaiting_me: true }) } : null,
      session.may('requests:write') ? { key: 'mine', text: t('requests.mine'), to: href('/requests', { mine: true }) } : null,
      { key: 'all', text: t('requests.all'), to: href('/requests') },
    ].filter(Boolean);
    const ask = session.may('requests:write') ? linkButton({ text: t('request.ask'), to: href('/requests/new'), kind: 'btn-primary', image: 'plus' }) : nothing;
    const seesOthers = session.may('requests:approve', 'audit:read');
    return html`${pageHead({ title: t('requests.nav'), actions: ask })}
      ${tabs(t('requests.views'), views, present)}
      <section class="card"><ak-table caption=${t('requests.nav')} .size=${25} .columns=${COLUMNS} .source=${this.#source}
        .selectable=${waiting && session.may('requests:approve') ? mayBeChosen : null} .actions=${waiting && session.may('requests:approve') ? this.#decisions : nothing}
        @select=${(event) => { this.chosen = event.detail; }}
        .filters=${seesOthers ? [...FILTERS, { name: 'requester', title: t('requests.who'), type: 'search' }] : FILTERS}
        .none=${empty({ title: t(`requests.none_${present}`), text: t(`requests.none_${present}_text`), image: present === 'waiting' ? 'check' : 'inbox', action: present === 'waiting' ? nothing : ask })}></ak-table></section>`;
  }
}

define('page-requests', Requests);
