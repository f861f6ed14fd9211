// Evidence to take away: exports and signed packs, streamed, with how much has come so far.
import { define, html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { bytes, saveBlob } from '../format.js';
import { href } from '../router.js';
import { label, t } from '../text.js';
import { Page } from '../ui/page.js';
import { button, card, field, hint, pageHead, problemBox, values } from '../ui/parts.js';
import { toast } from '../ui/toast.js';
import { FILTERS, dayStart } from './audit.js';

const PATIENCE_MS = 3_600_000;
const FORMATS = ['jsonl', 'csv', 'cef', 'ocsf'];
const ENDS = { jsonl: 'jsonl', csv: 'csv', cef: 'cef', ocsf: 'json' };

/** Filters of the list that came along, beside the period, which the forms ask for. */
const NARROWING = FILTERS.filter(({ type }) => type !== 'date');

class Evidence extends Page {
  static properties = { running: { state: true }, received: { state: true }, problem: { state: true }, failed: { state: true } };

  #stop = null;

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('evidence.title');
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop?.abort();
  }

  get #narrowing() {
    return NARROWING.filter(({ name }) => this.query[name]);
  }

  async #fetch(which, path, asked, name) {
    const query = { ...Object.fromEntries(this.#narrowing.map((filter) => [filter.name, this.query[filter.name]])), ...asked };
    this.#stop = new AbortController();
    this.running = which;
    this.received = 0;
    this.problem = null;
    try {
      const response = await api.raw(path, { query, signal: this.#stop.signal, patience: PATIENCE_MS });
      const parts = [];
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        parts.push(part.value);
        this.received += part.value.length;
      }
      saveBlob(name, new Blob(parts, { type: response.headers.get('Content-Type') }));
      toast(t('evidence.done', { name, size: bytes(this.received) }));
    } catch (failure) {
      if (!this.#stop.signal.aborted) {
        this.failed = which;
        this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', title: t('evidence.broken'), detail: failure.message });
      }
    } finally {
      this.running = '';
    }
  }

  #export(event) {
    event.preventDefault();
    const { format, from, to } = values(event.currentTarget);
    this.#fetch('export', '/api/v1/audit/export', { format, from: dayStart(from), to: dayStart(to, 1) }, `audit-${from || 'all'}${to ? `-${to}` : ''}.${ENDS[format]}`);
  }

  #pack(event) {
    event.preventDefault();
    const { from, to, keys } = values(event.currentTarget);
    this.#fetch('pack', '/api/v1/audit/evidence', { from: dayStart(from), to: dayStart(to, 1), keys: keys.replaceAll(/\s+/g, '') }, `evidence-${from || 'all'}${to ? `-${to}` : ''}.zip`);
  }

  #progress(which) {
    if (this.problem && this.failed === which) {
      return html`<div class="mt-3">${problemBox(this.problem)}</div>`;
    }
    return this.running === which
      ? html`<div class="mt-3" role="status"><progress class="progress progress-blue" aria-label=${t('evidence.progress')}></progress>
          <div class="d-flex align-items-center justify-content-between mt-2"><span>${t('evidence.received', { size: bytes(this.received) })}</span>
          ${button({ text: t('common.cancel'), kind: 'btn-sm', click: () => this.#stop.abort() })}</div></div>`
      : nothing;
  }

  /** Says that not everything is taken away, with the way out. */
  #narrowed() {
    const words = this.#narrowing.map(({ name, title, options = [] }) => {
      const value = this.query[name];
      return `${title} “${options.find(([key]) => key === value)?.[1] ?? value}”`;
    });
    return words.length > 0
      ? html`<div class="alert alert-info" role="note"><div class="long">${t('evidence.narrowed', { filters: words.join(', ') })}
          <a href=${href('/audit/evidence')}>${t('evidence.all')}</a></div></div>`
      : nothing;
  }

  render() {
    const period = (scope) => html`<div class="fields">
      ${field({ name: 'from', scope, title: t('audit.from'), type: 'date', value: this.query.from, help: t('evidence.from_help') })}
      ${field({ name: 'to', scope, title: t('audit.until'), type: 'date', value: this.query.to, help: t('evidence.to_help') })}</div>`;
    return html`${pageHead({ title: t('evidence.title'), below: t('evidence.below') })}
      ${this.#narrowed()}
      <div class="columns">
        ${card({
          title: t('evidence.pack'),
          hint: t('evidence.pack_text'),
          body: html`<form @submit=${(event) => this.#pack(event)}>
            ${period('pack')}
            ${field({ name: 'keys', title: t('evidence.keys'), help: t('evidence.keys_help'), placeholder: 'key-1, key-7' })}
            ${button({ text: t('evidence.make'), kind: 'btn-primary', image: 'download', type: 'submit', busy: this.running === 'pack', disabled: Boolean(this.running) })}
          </form>${this.#progress('pack')}
          <div class="mt-4">${hint(t('evidence.check'))}</div>
          <pre class="p-3 mb-0">java -jar apikeys-verifier.jar verify evidence.zip --key '…'</pre>`,
        })}
        ${card({
          title: t('evidence.export'),
          hint: t('evidence.export_text'),
          body: html`<form @submit=${(event) => this.#export(event)}>
            ${field({ name: 'format', title: t('evidence.format'), type: 'select', value: 'jsonl', options: FORMATS.map((format) => [format, label('evidence_format', format)]) })}
            ${period('export')}
            ${button({ text: t('evidence.download'), kind: 'btn-primary', image: 'download', type: 'submit', busy: this.running === 'export', disabled: Boolean(this.running) })}
          </form>${this.#progress('export')}`,
        })}
      </div>`;
  }
}

define('page-evidence', Evidence);
