// The audit log: newest first, with filters that are links.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { Page } from '../ui/page.js';
import { badge, code, empty, linkButton, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { OUTCOMES, options } from '../words.js';
import '../ui/table.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The instant at which a day of the reader's begins, or the one after it. */
export function dayStart(day, after = 0) {
  if (!DAY.test(day ?? '')) {
    return undefined;
  }
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + after).toISOString();
}

/** Who did it: a link to all that they did. */
const actorOf = ({ actor }) => html`<div class="long"><a href=${href('/audit', { actor: actor.id ?? actor.name })}>${actor.name ?? label('audit', 'unknown')}</a>
  ${actor.ip ? html`<div class="small text-secondary">${actor.ip}</div>` : nothing}</div>`;

const targetOf = ({ target }) =>
  target?.id
    ? html`<div class="long"><a href=${href('/audit', { target: `${target.type}:${target.id}` })}>${target.name ?? target.id}</a><div class="small text-secondary">${target.type}</div></div>`
    : html`<span class="text-secondary">${target?.name ?? target?.type ?? ''}</span>`;

const COLUMNS = [
  {
    title: t('audit.action'),
    main: true,
    cell: (record) => html`<a href=${href(`/audit/records/${record.sequence}`)}>${code(record.action)}</a>
      ${record.count > 1 ? html`<span class="badge bg-secondary-lt ms-1" title=${t('audit.counted')}>× ${record.count}</span>` : nothing}`,
  },
  { title: t('audit.time'), cell: (record) => time(record.time) },
  { title: t('audit.actor'), cell: actorOf },
  { title: t('audit.target'), cell: targetOf },
  { title: t('audit.outcome'), cell: (record) => badge('outcome', record.outcome) },
  { title: t('audit.sequence'), end: true, cell: (record) => record.sequence },
];

/** What the list can be asked for; evidence is taken away by the same words. */
export const FILTERS = [
  { name: 'q', title: t('audit.search'), type: 'search', wide: true },
  { name: 'actor', title: t('audit.actor'), type: 'search' },
  { name: 'action', title: t('audit.action'), type: 'search' },
  { name: 'target', title: t('audit.target'), type: 'search' },
  { name: 'outcome', title: t('audit.outcome'), options: options('outcome', OUTCOMES) },
  { name: 'from', title: t('audit.from'), type: 'date' },
  { name: 'to', title: t('audit.until'), type: 'date' },
];

class Audit extends Page {
  static properties = { wanted: { state: true } };

  #source = async ({ from, to, page, sort, ...query }) => {
    this.wanted = Object.fromEntries(FILTERS.map(({ name }) => [name, { ...query, from, to }[name]]));
    const period = { from: dayStart(from), to: dayStart(to, 1) };
    const { data } = await api.get('/api/v1/audit/events', { ...query, ...period });
    return { rows: data.events, next: data.next_cursor ?? null };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('audit.nav');
  }

  render() {
    return html`${pageHead({
        title: t('audit.nav'),
        below: t('audit.below'),
        actions: session.may('audit:export') ? linkButton({ text: t('audit.take_away'), to: href('/audit/evidence', this.wanted), image: 'download' }) : nothing,
      })}
      <section class="card"><ak-table caption=${t('audit.nav')} .size=${25} .columns=${COLUMNS} .filters=${FILTERS} .source=${this.#source}
        .rowKey=${(record) => record.sequence} .none=${empty({ title: t('audit.none'), image: 'list' })}></ak-table></section>`;
  }
}

define('page-audit', Audit);
