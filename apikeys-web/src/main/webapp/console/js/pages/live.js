// What happens now: calls a second, decisions, the busiest keys and their limits, alerts, the log.
import { define, html, nothing } from '../lit.js';
import { Problem, follow } from '../api.js';
import { duration, number } from '../format.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { Page } from '../ui/page.js';
import { badge, card, code, empty, meter, pageHead, problemBox } from '../ui/parts.js';
import { time } from '../ui/time.js';
import '../ui/chart.js';

const SECONDS = 120;
const LINES = 12;
const LASTING = ['requests', 'allowed', 'denied'];

class Live extends Page {
  static properties = {
    points: { state: true },
    latest: { state: true },
    limits: { state: true },
    alerts: { state: true },
    lines: { state: true },
    state: { state: true },
    problem: { state: true },
  };

  #stop = null;

  constructor() {
    super();
    this.points = [];
    this.limits = [];
    this.alerts = [];
    this.lines = [];
    this.state = 'waiting';
  }

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('live.title');
    this.#listen();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop?.abort();
  }

  async #listen() {
    this.#stop?.abort();
    this.#stop = new AbortController();
    this.problem = null;
    try {
      await follow('/api/v1/live', (event, data) => this.#take(event, data), { signal: this.#stop.signal, state: (state) => { this.state = state; } });
    } catch (failure) {
      if (!(failure instanceof Problem)) {
        throw failure;
      }
      this.problem = failure;
    }
  }

  #take(event, data) {
    if (event === 'usage') {
      this.latest = data;
      this.points = [...this.points, data].slice(-SECONDS);
    } else if (event === 'limits') {
      this.limits = data.limits;
    } else if (event === 'alert') {
      this.alerts = [data, ...this.alerts].slice(0, LINES);
    } else if (event === 'log') {
      this.lines = [data, ...this.lines].slice(0, LINES);
    }
  }

  render() {
    return html`${pageHead({ title: t('live.title'), below: html`<span role="status">${t(this.problem ? 'live.stopped' : this.state === 'open' ? 'live.open' : 'live.connecting')}</span>` })}
      ${this.problem ? problemBox(this.problem, () => this.#listen()) : this.#shown()}`;
  }

  #shown() {
    return html`<div class="stack">
      <div class="tiles">${LASTING.map((name) => html`<div class="card"><div class="card-body"><div class="text-secondary">${label('live_sum', name)}</div>
        <div class="tile-value">${number(this.latest?.[name] ?? 0)}</div></div></div>`)}</div>
      ${card({
        title: t('live.calls'),
        body: html`<ak-chart caption=${t('live.calls')} file="live" x=${t('analytics.time')} type="bar" stacked .labels=${this.points.map((point) => new Date(point.at).toLocaleTimeString())}
          .series=${[
            { name: label('live_sum', 'allowed'), values: this.points.map((point) => point.allowed), colour: '--tblr-green' },
            { name: label('live_sum', 'denied'), values: this.points.map((point) => point.denied), colour: '--tblr-red' },
          ]}></ak-chart>`,
      })}
      <div class="columns">
        ${card({ title: t('live.decisions'), hint: t('live.decisions_text'), flush: true, body: this.#decisions() })}
        ${card({ title: t('live.limits'), flush: true, body: this.#limits() })}
      </div>
      <div class="columns">
        ${session.may('reports:read') ? card({ title: t('alerts.title'), flush: true, body: this.#alerts() }) : nothing}
        ${session.may('audit:read') ? card({ title: t('audit.nav'), flush: true, body: this.#lines() }) : nothing}
      </div>
    </div>`;
  }

  /** By code, over the time that is shown. */
  #decisions() {
    const sums = {};
    for (const { codes } of this.points) {
      for (const [word, n] of Object.entries(codes)) {
        sums[word] = (sums[word] ?? 0) + n;
      }
    }
    const found = Object.entries(sums).sort(([, one], [, other]) => other - one);
    return found.length === 0
      ? empty({ title: t('live.quiet'), text: t('live.quiet_text'), image: 'clock' })
      : html`<div class="list-group list-group-flush">${found.map(([word, n]) => html`<div class="list-group-item d-flex justify-content-between gap-2">${badge('decision', word, word === 'VALID' ? 'green' : 'red')}<span>${number(n)}</span></div>`)}</div>`;
  }

  #limits() {
    return this.limits.length === 0
      ? empty({ title: t('live.no_limits'), image: 'clock' })
      : html`<div class="list-group list-group-flush">${this.limits.map((one) => html`<div class="list-group-item">
          <div class="d-flex justify-content-between gap-2"><a href=${href('/tools/limits', { key: one.key_id })}>${one.key_id}</a><span class="text-secondary">${duration(one.window)}${one.tightened ? ` · ${t('live.tightened')}` : ''}</span></div>
          ${meter(one.request_count / one.limit, t('limits.used', { n: one.request_count, limit: one.limit }))}</div>`)}</div>`;
  }

  #alerts() {
    return this.alerts.length === 0
      ? empty({ title: t('live.no_alerts'), image: 'check' })
      : html`<div class="list-group list-group-flush">${this.alerts.map((one) => html`<div class="list-group-item">
          <div class="d-flex justify-content-between gap-2"><a href=${href(`/alerts/${one.id}`)}>${one.title}</a>${badge('severity', one.severity)}</div>
          <div class="text-secondary small">${one.detail}</div></div>`)}</div>`;
  }

  #lines() {
    return this.lines.length === 0
      ? empty({ title: t('audit_live.none'), image: 'list' })
      : html`<div class="list-group list-group-flush">${this.lines.map((one) => html`<div class="list-group-item">
          <div class="d-flex justify-content-between gap-2"><a href=${href(`/audit/records/${one.sequence}`)}>${code(one.action)}</a>${badge('outcome', one.outcome)}</div>
          <div class="text-secondary small">${time(one.time)} · ${one.actor ?? ''} · ${one.target ?? ''}</div></div>`)}</div>`;
  }
}

define('page-live', Live);
