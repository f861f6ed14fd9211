// Every window of a key, as it moves.
import { define, html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { every } from '../every.js';
import { duration, number } from '../format.js';
import { href, router } from '../router.js';
import { label, t } from '../text.js';
import { Page } from '../ui/page.js';
import { button, card, empty, field, hint, meter, pageHead, problemBox, spinner, values } from '../ui/parts.js';
import { besideWindows, isLimited } from '../ui/standing.js';
import { timeAgo } from '../ui/time.js';
import '../ui/chart.js';

const EVERY_MS = 1_000;
const SHOWN = 120;

class Limits extends Page {
  static properties = { usage: { state: true }, problem: { state: true }, points: { state: true }, keys: { state: true } };

  #stop = () => {};
  /** The key of which nothing is told, however often it is asked. */
  #refused = null;

  constructor() {
    super();
    this.points = [];
    this.keys = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('limits.title');
    this.#suggest();
    this.#stop = every(EVERY_MS, () => this.#ask());
    this.#ask();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  async #suggest() {
    try {
      this.keys = (await api.get('/api/v1/api-keys', { status: 'active', sort: '-last_used', size: 50 })).data.api_keys;
    } catch {
      // the list is only a help: the number of a key can be typed
    }
  }

  async #ask() {
    const { key } = this.query;
    if (!key || key === this.#refused) {
      return;
    }
    try {
      const { data } = await api.get(`/api/v1/api-keys/${encodeURIComponent(key)}/usage`);
      if (key === this.query.key) {
        this.usage = data;
        this.problem = null;
        this.points = [...this.points, { at: new Date().toLocaleTimeString(), count: data.request_count }].slice(-SHOWN);
      }
    } catch (failure) {
      if (key === this.query.key) {
        this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
        this.#refused = this.problem.isFinal ? key : null;
      }
    }
  }

  #again() {
    this.#refused = null;
    this.#ask();
  }

  #choose(event) {
    event.preventDefault();
    const { key } = values(event.currentTarget);
    this.usage = null;
    this.points = [];
    this.problem = null;
    router.setQuery(key ? { key } : {});
    this.#again();
    this.requestUpdate();
  }

  render() {
    const { key } = this.query;
    return html`${pageHead({ title: t('limits.title'), below: t('limits.below') })}
      <div class="stack">
        <section class="card"><form class="table-bar table-bar-form" @submit=${(event) => this.#choose(event)}>
          ${field({ name: 'key', title: t('limits.key'), value: key, placeholder: 'key-1', list: 'limit-keys', max: 30 })}
          <datalist id="limit-keys">${this.keys.map((one) => html`<option value=${one.key_id}>${one.name}</option>`)}</datalist>
          <div class="mb-3">${button({ text: t('limits.watch'), kind: 'btn-primary', type: 'submit' })}</div>
        </form></section>
        ${this.problem
          ? problemBox(this.problem, () => this.#again())
          : !key
            ? html`<section class="card">${empty({ title: t('limits.none'), text: t('limits.none_text'), image: 'clock' })}</section>`
            : this.usage
              ? this.#windows(this.usage)
              : spinner()}
      </div>`;
  }

  #windows(usage) {
    return html`${usage.tightened ? hint(t('limits.tightened', { n: usage.tightened.percent, reason: label('tightened', usage.tightened.reason) }), 'warning') : nothing}
      <div class="columns">
        ${card({
          title: t('limits.windows'),
          actions: html`<a class="btn btn-sm" href=${href(`/keys/${usage.key_id}`)}>${usage.key_id}</a>`,
          body: isLimited(usage)
            ? html`${usage.windows.map((one) => html`<div class="mb-3">
                <div class="d-flex justify-content-between gap-2"><strong>${duration(one.window)}</strong><span class="text-secondary">${t('limits.resets')} ${timeAgo(one.reset_at)}</span></div>
                ${meter(one.request_count / one.rate_limit, t('limits.used', { n: one.request_count, limit: one.rate_limit }))}</div>`)}
              ${besideWindows(usage)}`
            : html`<p class="text-secondary mb-0">${t('limits.unlimited')}</p>`,
        })}
        ${card({
          title: t('limits.now'),
          hint: t('limits.now_text', { n: number(usage.request_count) }),
          body: html`<ak-chart caption=${t('limits.now')} file="limits-${usage.key_id}" x=${t('limits.time')} .labels=${this.points.map((point) => point.at)}
            .series=${[{ name: t('limits.calls'), values: this.points.map((point) => point.count) }]}></ak-chart>`,
        })}
      </div>`;
  }
}

define('page-limits', Limits);
