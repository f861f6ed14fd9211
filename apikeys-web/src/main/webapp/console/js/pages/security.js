// Failures, throttles, missing permissions and odd addresses, by time, key and source.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { compact, dateTime, number } from '../format.js';
import { STANDARD_PERIOD, lastPeriod, periods } from '../period.js';
import { href, router } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { card, code, empty, field, pageHead } from '../ui/parts.js';
import '../ui/chart.js';

const PERIODS = ['PT24H', 'P7D', 'P30D'];
const SUMS = ['failures', 'permission_violations', 'throttles', 'ip_anomalies'];

class Security extends Page {
  #picture = new Loader(this, async () => {
    const { period, key } = router.query;
    return (await api.get('/api/v1/analytics/security', { ...lastPeriod(PERIODS.includes(period) ? period : STANDARD_PERIOD), key })).data;
  });

  #onQuery = () => this.#picture.run();

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('security.title');
    router.addEventListener('query', this.#onQuery);
    this.#picture.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    router.removeEventListener('query', this.#onQuery);
  }

  #set(name, value) {
    router.setQuery({ ...router.query, [name]: value });
  }

  render() {
    const { period = STANDARD_PERIOD, key = '' } = router.query;
    return html`${pageHead({ title: t('security.title'), below: t('security.below') })}
      <div class="stack">
        <section class="card"><form class="table-bar table-bar-form" @submit=${(event) => {
          event.preventDefault();
          this.#set('key', event.target.elements.key.value.trim());
        }}>
          ${field({ name: 'period', title: t('analytics.period'), type: 'select', value: period, options: periods(PERIODS), onChange: (event) => this.#set('period', event.target.value) })}
          ${field({ name: 'key', title: t('analytics.key'), value: key, max: 30, placeholder: 'key-1' })}
          <div class="mb-3"><button type="submit" class="btn">${t('analytics.show')}</button></div>
        </form></section>
        ${this.#picture.view((picture) => this.#shown(picture))}
      </div>`;
  }

  #shown({ totals, points, keys, sources }) {
    return html`<div class="tiles">${SUMS.map((sum) => html`<div class="card"><div class="card-body">
        <div class="text-secondary">${label('security_sum', sum)}</div><div class="tile-value">${compact(totals[sum])}</div></div></div>`)}</div>
      ${card({
        title: t('security.over_time'),
        body: html`<ak-chart caption=${t('security.over_time')} type="bar" stacked x=${t('analytics.time')} file="security" .labels=${points.map((point) => dateTime(point.start))}
          .series=${SUMS.map((sum) => ({ name: label('security_sum', sum), values: points.map((point) => point[sum]) }))}></ak-chart>`,
      })}
      <div class="columns">
        ${card({ title: t('security.keys'), flush: true, body: keys.length === 0 ? empty({ title: t('security.no_keys'), image: 'check' }) : this.#keys(keys) })}
        ${card({ title: t('security.sources'), hint: t('security.sources_text'), flush: true, body: sources.length === 0 ? empty({ title: t('security.no_sources'), image: 'check' }) : this.#sources(sources) })}
      </div>`;
  }

  #keys(keys) {
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${t('security.keys')}><table class="table table-vcenter card-table table-stacking"><caption class="visually-hidden">${t('security.keys')}</caption>
      <thead><tr><th scope="col">${t('analytics.key')}</th>${SUMS.map((sum) => html`<th scope="col" class="text-end">${label('security_sum', sum)}</th>`)}</tr></thead>
      <tbody>${keys.map((key) => html`<tr><td class="cell-main"><a href=${href(`/keys/${key.key_id}`)}>${key.name ?? key.key_id}</a></td>
        ${SUMS.map((sum) => html`<td class="text-end" data-label=${label('security_sum', sum)}>${key[sum] ? number(key[sum]) : nothing}</td>`)}</tr>`)}</tbody></table></div>`;
  }

  #sources(sources) {
    return html`<div class="list-group list-group-flush">${sources.map((one) => html`<div class="list-group-item d-flex justify-content-between gap-2">
      ${one.address === '*' ? html`<span>${t('security.others')}</span>` : code(one.address)}<span>${number(one.failures)}</span></div>`)}</div>`;
  }
}

define('page-security', Security);
