// What the system noticed: open first, with what to do about it.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { number } from '../format.js';
import { href } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, empty, pageHead } from '../ui/parts.js';
import { timeAgo } from '../ui/time.js';
import { ALERT_KINDS, ALERT_STATUSES, SEVERITIES, options } from '../words.js';
import '../ui/table.js';

const COLUMNS = [
  {
    title: t('alerts.what'),
    main: true,
    cell: (alert) => html`<a href=${href(`/alerts/${alert.id}`)}>${alert.title}</a><div class="text-secondary fw-normal small">${alert.detail}</div>`,
  },
  { title: t('alerts.severity'), cell: (alert) => badge('severity', alert.severity) },
  { title: t('alerts.status'), cell: (alert) => badge('alert_status', alert.status) },
  { title: t('alerts.kind'), cell: (alert) => label('alert_kind', alert.kind) },
  { title: t('alerts.times'), end: true, cell: (alert) => number(alert.occurrences) },
  { title: t('alerts.last'), cell: (alert) => timeAgo(alert.last_seen) },
];

const FILTERS = [
  { name: 'status', title: t('alerts.status'), options: options('alert_status', ALERT_STATUSES) },
  { name: 'severity', title: t('alerts.severity'), options: options('severity', SEVERITIES) },
  { name: 'kind', title: t('alerts.kind'), options: options('alert_kind', ALERT_KINDS), wide: true },
  { name: 'key', title: t('alerts.key'), type: 'search' },
];

class Alerts extends Page {
  #counts = new Loader(this, async () => (await api.get('/api/v1/alerts/counts')).data);

  #source = async ({ sort, ...query }) => {
    const { data } = await api.get('/api/v1/alerts', query);
    return { rows: data.alerts, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('alerts.title');
    this.#counts.run();
  }

  #tiles({ open, acknowledged, by_severity: severity }) {
    const tile = (name, value, query) => html`<div class="card"><div class="card-body"><div class="text-secondary">${name}</div>
      <div class="tile-value"><a class="text-reset" href=${href('/alerts', query)}>${number(value)}</a></div></div></div>`;
    return html`<div class="tiles mb-3">
      ${tile(t('alerts.open'), open, { status: 'open' })}
      ${tile(t('alerts.acknowledged'), acknowledged, { status: 'acknowledged' })}
      ${tile(t('alerts.critical'), severity.critical, { severity: 'critical' })}
      ${tile(t('alerts.warnings'), severity.warning, { severity: 'warning' })}
    </div>`;
  }

  render() {
    return html`${pageHead({ title: t('alerts.title'), below: t('alerts.below') })}
      ${this.#counts.value ? this.#tiles(this.#counts.value) : nothing}
      <section class="card"><ak-table caption=${t('alerts.title')} .size=${25} .columns=${COLUMNS} .filters=${FILTERS} .source=${this.#source}
        .none=${empty({ title: t('alerts.none'), text: t('alerts.none_text'), image: 'check' })}></ak-table></section>`;
  }
}

define('page-alerts', Alerts);
