// Reports about a month: read here, or taken away as CSV, HTML or PDF.
import { define, html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { saveBlob } from '../format.js';
import { router } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { button, card, empty, field, hint, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { toastProblem } from '../ui/toast.js';
import { FORMATS, FRAMEWORKS, REPORTS, options } from '../words.js';

const PATIENCE_MS = 300_000;
/** A column's name as people write it: p99 time, denied calls. */
const heading = (column) => column.charAt(0).toUpperCase() + column.slice(1).replaceAll('_', ' ');
/** A page of ten thousand rows keeps a browser busy for half a minute. */
const ROWS_SHOWN = 500;
const thisMonth = () => new Date().toISOString().slice(0, 7);
const shown = (value) => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

class Reports extends Page {
  static properties = { taking: { state: true } };

  #report = new Loader(this, async () => {
    const { report, ...query } = this.#asked();
    return report ? (await api.get(`/api/v1/reports/${report}`, query, { patience: PATIENCE_MS })).data : null;
  });

  #onQuery = () => this.#report.another();

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('reports.title');
    router.addEventListener('query', this.#onQuery);
    this.#report.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    router.removeEventListener('query', this.#onQuery);
  }

  /** What the address asks for. */
  #asked() {
    const { report, month = thisMonth(), framework = FRAMEWORKS[0] } = router.query;
    return { report, month, ...(report === 'compliance' ? { framework } : {}) };
  }

  #set(name, value) {
    router.setQuery({ ...router.query, [name]: value });
  }

  async #take(format) {
    const { report, ...query } = this.#asked();
    this.taking = format;
    try {
      const response = await api.raw(`/api/v1/reports/${report}`, { query: { ...query, format }, patience: PATIENCE_MS });
      saveBlob(`${report}-${query.framework ? `${query.framework}-` : ''}${query.month}.${format}`, await response.blob());
    } catch (failure) {
      toastProblem(failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message }));
    } finally {
      this.taking = '';
    }
  }

  render() {
    const { report = '', month, framework } = this.#asked();
    return html`${pageHead({
        title: t('reports.title'),
        below: t('reports.below'),
        actions: report ? html`${FORMATS.map((format) => button({ text: format.toUpperCase(), image: 'download', busy: this.taking === format, disabled: Boolean(this.taking), click: () => this.#take(format) }))}` : nothing,
      })}
      <div class="stack">
        <section class="card"><form class="table-bar table-bar-form" @submit=${(event) => event.preventDefault()}>
          ${field({ name: 'report', title: t('reports.report'), type: 'select', value: report, options: [['', t('reports.choose')], ...options('report', REPORTS)], onChange: (event) => this.#set('report', event.target.value) })}
          ${field({ name: 'month', title: t('reports.month'), type: 'month', value: month, onChange: (event) => event.target.value && this.#set('month', event.target.value) })}
          ${report === 'compliance' ? field({ name: 'framework', title: t('reports.framework'), type: 'select', value: framework, options: options('framework', FRAMEWORKS), onChange: (event) => this.#set('framework', event.target.value) }) : nothing}
        </form></section>
        ${this.#report.view((made) => (made ? this.#made(made) : this.#choice()))}
      </div>`;
  }

  #choice() {
    return html`<section class="card">${empty({ title: t('reports.none'), text: t('reports.none_text'), image: 'file' })}</section>`;
  }

  #made(report) {
    return html`${card({ title: report.title, hint: html`${report.organization} · ${report.month} · ${t('reports.made')} ${time(report.made_at)}`, body: html`<p class="mb-0">${report.summary}</p>` })}
      ${report.sections.map((section) => card({
        title: section.title,
        hint: section.text ?? nothing,
        flush: true,
        body: section.rows.length === 0 ? empty({ title: t('reports.empty'), image: 'file' }) : this.#table(section),
      }))}`;
  }

  #table({ title, columns, rows }) {
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${title}><table class="table table-vcenter card-table table-stacking"><caption class="visually-hidden">${title}</caption>
      <thead><tr>${columns.map((column) => html`<th scope="col">${heading(column)}</th>`)}</tr></thead>
      <tbody>${rows.slice(0, ROWS_SHOWN).map((row) => html`<tr>${columns.map((column, index) => html`<td class=${index === 0 ? 'cell-main' : ''} data-label=${heading(column)}><div>${shown(row[column])}</div></td>`)}</tr>`)}</tbody></table></div>
      ${rows.length > ROWS_SHOWN ? html`<div class="card-body">${hint(t('reports.more', { shown: ROWS_SHOWN, n: rows.length }))}</div>` : nothing}`;
  }
}

define('page-reports', Reports);
