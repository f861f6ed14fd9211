// What keys were used for: volume, errors, response times, bytes; by whatever groups them; what grows to where.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { bytes, compact, dateTime, number, percent, signed } from '../format.js';
import { STANDARD_PERIOD, lastPeriod, periods } from '../period.js';
import { href, router } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, card, empty, field, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { options } from '../words.js';
import '../ui/chart.js';
import { countryName } from '../ui/world.js';

const INTERVALS = ['minute', 'PT15M', 'hour', 'day', 'week', 'month'];
const GROUPS = ['key', 'endpoint', 'status', 'country', 'code', 'organization', 'environment'];
const MOST_LINES = 8;

const seconds = (value) => (value === null || value === undefined ? '–' : t('analytics.ms', { n: Number((value * 1000).toPrecision(3)) }));

class Analytics extends Page {
  #usage = new Loader(this, () => {
    const { interval, group_by: groupBy } = router.query;
    return this.#ask({ interval, group_by: groupBy, size: 20 });
  });

  #countries = new Loader(this, () => this.#ask({ interval: 'month', group_by: 'country', size: 200 }));

  #capacity = new Loader(this, async () => (await api.get('/api/v1/analytics/capacity', { key: router.query.key })).data);

  #onQuery = () => this.#load();

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('analytics.title');
    router.addEventListener('query', this.#onQuery);
    this.#load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    router.removeEventListener('query', this.#onQuery);
  }

  async #ask(how) {
    const { period, key } = router.query;
    return (await api.get('/api/v1/analytics/usage', { ...lastPeriod(period), key, ...how })).data;
  }

  #load() {
    this.#usage.run();
    this.#countries.run();
    this.#capacity.run();
  }

  #set(name, value) {
    router.setQuery({ ...router.query, [name]: value });
  }

  render() {
    return html`${pageHead({ title: t('analytics.title'), below: t('analytics.below') })}
      <div class="stack">
        ${this.#choices()}
        ${this.#usage.view((usage) => this.#shown(usage))}
        ${card({ title: t('analytics.capacity'), hint: t('analytics.capacity_text'), body: this.#capacity.view((capacity) => this.#forecast(capacity)) })}
      </div>`;
  }

  #choices() {
    const { period = STANDARD_PERIOD, interval = '', group_by: groupBy = '', key = '' } = router.query;
    const choice = (name, title, value, all) => field({ name, title, type: 'select', value, options: all, onChange: (event) => this.#set(name, event.target.value) });
    return html`<section class="card"><form class="table-bar table-bar-form" @submit=${(event) => {
        event.preventDefault();
        this.#set('key', event.target.elements.key.value.trim());
      }}>
      ${choice('period', t('analytics.period'), period, periods())}
      ${choice('interval', t('analytics.interval'), interval, [['', t('analytics.fitting')], ...options('interval', INTERVALS)])}
      ${choice('group_by', t('analytics.by'), groupBy, [['', t('analytics.all')], ...options('group', GROUPS)])}
      ${field({ name: 'key', title: t('analytics.key'), value: key, max: 30, placeholder: 'key-1' })}
      <div class="mb-3"><button type="submit" class="btn">${t('analytics.show')}</button></div>
    </form></section>`;
  }

  #shown(usage) {
    if (usage.totals.requests === 0) {
      return html`<section class="card">${empty({ title: t('analytics.none'), text: t('analytics.none_text'), image: 'chart' })}</section>`;
    }
    return html`${this.#tiles(usage)}
      ${usage.group_by ? this.#groups(usage) : this.#whole(usage.series[0].points)}
      ${!usage.group_by || usage.group_by === 'country' ? card({ title: t('analytics.geography'), body: this.#countries.view((countries) => this.#map(countries)) }) : nothing}`;
  }

  /** From which countries calls came, as far as that is known. */
  #map({ series, totals, country_note: note }) {
    const values = series.filter((one) => one.group).map((one) => [one.group, one.totals.requests]);
    const unknown = totals.requests - values.reduce((sum, [, calls]) => sum + calls, 0);
    if (values.length === 0) {
      return empty({ title: t('world.none'), text: note ?? t('world.none_text'), image: 'world' });
    }
    return html`<ak-world caption=${t('analytics.geography')} unit=${t('analytics.calls')} file="countries" .values=${values}></ak-world>
      ${unknown > 0 ? html`<p class="text-secondary small mt-2 mb-0">${t('analytics.elsewhere', { n: unknown })}</p>` : nothing}`;
  }

  #tiles({ totals, previous: { change_percent: change } }) {
    const since = (value, worse) =>
      value === null || value === undefined
        ? nothing
        : html`<div class="small ${worse && value > 0 ? 'text-danger' : 'text-secondary'}">${t('analytics.change', { n: signed(value) })}</div>`;
    const tile = (name, value, below = nothing) => html`<div class="card"><div class="card-body"><div class="text-secondary">${name}</div><div class="tile-value">${value}</div>${below}</div></div>`;
    return html`<div class="tiles">
      ${tile(t('analytics.calls'), compact(totals.requests), since(change.requests))}
      ${tile(t('analytics.errors'), compact(totals.errors), since(change.errors, true))}
      ${tile(t('analytics.success'), percent(totals.success_rate / 100))}
      ${tile('p50', seconds(totals.p50), since(change.p50, true))}
      ${tile('p99', seconds(totals.p99), since(change.p99, true))}
      ${tile(t('analytics.bytes'), bytes(totals.bytes_in + totals.bytes_out), html`<div class="small text-secondary">${t('analytics.in_out', { in: bytes(totals.bytes_in), out: bytes(totals.bytes_out) })}</div>`)}
    </div>`;
  }

  #whole(points) {
    const labels = points.map((point) => dateTime(point.start));
    const chart = (title, series, more = {}) =>
      card({ title, body: html`<ak-chart caption=${title} x=${t('analytics.time')} file=${more.file} unit=${more.unit ?? ''} type=${more.type ?? 'line'} ?stacked=${more.stacked} .labels=${labels} .series=${series}></ak-chart>` });
    const millis = (name) => points.map((point) => (point[name] === null ? null : Number((point[name] * 1000).toPrecision(4))));
    return html`${chart(
        t('analytics.volume'),
        [
          { name: t('analytics.allowed'), values: points.map((point) => point.requests - point.denied), colour: '--tblr-green' },
          { name: t('analytics.denied'), values: points.map((point) => point.denied), colour: '--tblr-red' },
        ],
        { type: 'bar', stacked: true, file: 'volume' },
      )}
      <div class="columns">
        ${chart(t('analytics.times'), ['p50', 'p90', 'p99'].map((name) => ({ name, values: millis(name) })), { unit: 'ms', file: 'response-times' })}
        ${chart(
          t('analytics.bytes'),
          [
            { name: t('analytics.received'), values: points.map((point) => point.bytes_in) },
            { name: t('analytics.sent'), values: points.map((point) => point.bytes_out) },
          ],
          { unit: 'B', file: 'bytes' },
        )}
      </div>`;
  }

  #groups({ series, group_by: groupBy, next_cursor: more }) {
    const name = (one) => one.name ?? (one.group === null ? t('analytics.unknown') : groupBy === 'country' ? countryName(one.group) : label('environment', one.group));
    const lines = series.slice(0, MOST_LINES);
    return html`${card({
        title: t('analytics.volume'),
        hint: series.length > MOST_LINES || more ? t('analytics.busiest', { n: lines.length }) : nothing,
        body: html`<ak-chart caption=${t('analytics.volume')} x=${t('analytics.time')} file="volume-by-${groupBy}" .labels=${lines[0].points.map((point) => dateTime(point.start))}
          .series=${lines.map((one) => ({ name: name(one), values: one.points.map((point) => point.requests) }))}></ak-chart>`,
      })}
      ${card({
        title: label('group', groupBy),
        hint: more ? t('analytics.busiest', { n: series.length }) : nothing,
        flush: true,
        body: html`<div class="table-responsive" tabindex="0" role="region" aria-label=${label('group', groupBy)}><table class="table table-vcenter card-table table-stacking"><caption class="visually-hidden">${label('group', groupBy)}</caption>
          <thead><tr><th scope="col">${label('group', groupBy)}</th><th scope="col" class="text-end">${t('analytics.calls')}</th><th scope="col" class="text-end">${t('analytics.denied')}</th>
            <th scope="col" class="text-end">${t('analytics.success')}</th><th scope="col" class="text-end">p50</th><th scope="col" class="text-end">p99</th><th scope="col" class="text-end">${t('analytics.bytes')}</th></tr></thead>
          <tbody>${series.map((one) => html`<tr>
            <td class="cell-main">${groupBy === 'key' && one.group ? html`<a href=${href(`/keys/${one.group}`)}>${name(one)}</a>` : name(one)}</td>
            <td class="text-end" data-label=${t('analytics.calls')}>${number(one.totals.requests)}</td>
            <td class="text-end" data-label=${t('analytics.denied')}>${number(one.totals.denied)}</td>
            <td class="text-end" data-label=${t('analytics.success')}>${percent(one.totals.success_rate / 100)}</td>
            <td class="text-end" data-label="p50">${seconds(one.totals.p50)}</td>
            <td class="text-end" data-label="p99">${seconds(one.totals.p99)}</td>
            <td class="text-end" data-label=${t('analytics.bytes')}>${bytes(one.totals.bytes_in + one.totals.bytes_out)}</td></tr>`)}</tbody></table></div>`,
      })}`;
  }

  #forecast({ sentence, keys, method }) {
    const near = keys.flatMap((key) => key.limits.map((limit) => ({ key, ...limit }))).filter((one) => one.reaches_at || one.used_percent >= 50);
    return html`<p>${sentence}</p>
      ${near.length === 0
        ? nothing
        : html`<ul class="list-unstyled">${near.map((one) => html`<li class="mb-2"><a href=${href(`/keys/${one.key.key_id}`)}>${one.key.name}</a> ${badge('analytics', one.reaches_at ? 'grows' : 'full', one.reaches_at ? 'yellow' : 'azure')}
            <div class="text-secondary small">${one.sentence} ${one.reaches_at ? time(one.reaches_at) : nothing}</div></li>`)}</ul>`}
      <p class="text-secondary small mb-0">${method}</p>`;
  }
}

define('page-analytics', Analytics);
