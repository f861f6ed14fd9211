// The log as it is written: new records on top, with a pause for reading.
import { define, html, nothing, repeat } from '../lit.js';
import { Problem, follow } from '../api.js';
import { href, router } from '../router.js';
import { t } from '../text.js';
import { Page } from '../ui/page.js';
import { badge, button, code, empty, field, pageHead, problemBox, values } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { OUTCOMES, options } from '../words.js';

const KEPT = 200;

class AuditLive extends Page {
  static properties = { records: { state: true }, paused: { state: true }, held: { state: true }, state: { state: true }, problem: { state: true } };

  #stop = null;
  /** The latest of those that are held back while it is paused; `held` is how many there are. */
  #waiting = [];

  constructor() {
    super();
    this.records = [];
    this.held = 0;
    this.state = 'waiting';
  }

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('audit_live.title');
    this.#listen();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop?.abort();
  }

  async #listen() {
    this.#stop?.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const { action, actor, outcome, q } = this.query;
    this.problem = null;
    try {
      await follow('/api/v1/audit/live', (_, record) => this.#add(record), { query: { action, actor, outcome, q }, signal, state: (state) => { this.state = state; } });
    } catch (failure) {
      if (!(failure instanceof Problem)) {
        throw failure;
      }
      this.problem = failure;
    }
  }

  #add(record) {
    if (!record.sequence) {
      return;
    }
    if (this.paused) {
      this.#waiting = [record, ...this.#waiting].slice(0, KEPT);
      this.held += 1;
    } else {
      this.records = [record, ...this.records].slice(0, KEPT);
    }
  }

  #pause() {
    this.paused = !this.paused;
    if (!this.paused) {
      this.records = [...this.#waiting, ...this.records].slice(0, KEPT);
      this.#holdNone();
    }
  }

  #holdNone() {
    this.#waiting = [];
    this.held = 0;
  }

  /** What is shown and what is held back. */
  #clear() {
    this.records = [];
    this.#holdNone();
  }

  #filter(event) {
    event.preventDefault();
    router.setQuery(Object.fromEntries(Object.entries(values(event.currentTarget)).filter(([, value]) => value)));
    this.#clear();
    this.#listen();
  }

  render() {
    const { action, actor, outcome, q } = this.query;
    return html`${pageHead({
        title: t('audit_live.title'),
        below: html`<span role="status">${t(this.problem ? 'live.stopped' : this.paused ? 'audit_live.paused' : this.state === 'open' ? 'audit_live.open' : 'audit_live.connecting', { n: this.held })}</span>`,
        actions: html`${button({ text: t(this.paused ? 'audit_live.go_on' : 'audit_live.pause'), kind: this.paused ? 'btn-primary' : '', click: () => this.#pause() })}
          ${button({ text: t('audit_live.clear'), click: () => this.#clear() })}`,
      })}
      <section class="card">
        <form class="table-bar table-bar-form" @submit=${(event) => this.#filter(event)}>
          ${field({ name: 'q', title: t('audit.search'), value: q, max: 200 })}
          ${field({ name: 'actor', title: t('audit.actor'), value: actor, max: 100 })}
          ${field({ name: 'action', title: t('audit.action'), value: action, max: 50 })}
          ${field({ name: 'outcome', title: t('audit.outcome'), type: 'select', value: outcome ?? '', options: [['', t('table.all')], ...options('outcome', OUTCOMES)] })}
          <div class="mb-3"><button class="btn" type="submit">${t('audit_live.apply')}</button></div>
        </form>
        ${this.problem ? html`<div class="card-body">${problemBox(this.problem, () => this.#listen())}</div>` : this.#list()}
      </section>`;
  }

  #list() {
    if (this.records.length === 0 && this.paused) {
      return empty({ title: t('audit_live.paused', { n: this.held }), text: t('audit_live.paused_text'), image: 'clock' });
    }
    if (this.records.length === 0) {
      return empty({ title: t('audit_live.none'), text: t('audit_live.none_text'), image: 'clock' });
    }
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${t('audit_live.title')}>
      <table class="table table-vcenter card-table table-stacking">
        <caption class="visually-hidden">${t('audit_live.title')}</caption>
        <thead><tr><th scope="col">${t('audit.action')}</th><th scope="col">${t('audit.time')}</th><th scope="col">${t('audit.actor')}</th><th scope="col">${t('audit.target')}</th><th scope="col">${t('audit.outcome')}</th></tr></thead>
        <tbody>${repeat(
          this.records,
          (record) => record.sequence,
          (record) => html`<tr>
            <td class="cell-main"><a href=${href(`/audit/records/${record.sequence}`)}>${code(record.action)}</a>${record.count > 1 ? html` <span class="badge bg-secondary-lt">× ${record.count}</span>` : nothing}</td>
            <td data-label=${t('audit.time')}>${time(record.time)}</td>
            <td data-label=${t('audit.actor')}><div class="long">${record.actor?.name ?? t('audit.unknown')}</div></td>
            <td data-label=${t('audit.target')}><div class="long">${record.target?.name ?? record.target?.id ?? record.target?.type ?? ''}</div></td>
            <td data-label=${t('audit.outcome')}>${badge('outcome', record.outcome)}</td></tr>`,
        )}</tbody>
      </table></div>`;
  }
}

define('page-audit-live', AuditLive);
