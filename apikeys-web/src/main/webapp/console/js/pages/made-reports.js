// Reports that are made in the background: how far they are, and where they are taken from.
import { define, html, nothing } from '../lit.js';
import { Problem, api, creator } from '../api.js';
import { every } from '../every.js';
import { bytes, percent, saveBlob } from '../format.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { confirm, dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, empty, field, linkButton, meter, pageHead } from '../ui/parts.js';
import { time, timeAgo } from '../ui/time.js';
import { toast, toastProblem } from '../ui/toast.js';
import { FORMATS, FRAMEWORKS, JOB_STATUSES, REPORTS, options } from '../words.js';
import '../ui/table.js';

const EVERY_MS = 2_000;
const PATIENCE_MS = 300_000;
const COLOURS = { created: 'secondary', running: 'azure', done: 'green', failed: 'red', cancelled: 'secondary' };
const isUnfinished = (job) => job.status === 'created' || job.status === 'running';

/** What a report is: its name, its framework, its month. */
export const wanted = ({ report, framework, month, format }) =>
  [label('report', report), framework ? label('framework', framework) : '', month, format.toUpperCase()].filter(Boolean).join(' · ');

/** The fields that say which report is meant; redraw when the report changes. */
export const reportFields = ({ report, framework, format }, { error, redraw, onReport, month = null }) => html`<div class="fields">
  ${field({ name: 'report', title: t('reports.report'), type: 'select', value: report, options: options('report', REPORTS), error: error('report'), onChange: (event) => { onReport(event.target.value); redraw(); } })}
  ${report === 'compliance' ? field({ name: 'framework', title: t('reports.framework'), type: 'select', value: framework ?? FRAMEWORKS[0], options: options('framework', FRAMEWORKS), error: error('framework') }) : nothing}
  ${month === null ? nothing : field({ name: 'month', title: t('reports.month'), type: 'month', value: month, required: true, error: error('month') })}
  ${field({ name: 'format', title: t('made.format'), type: 'select', value: format, options: FORMATS.map((each) => [each, each.toUpperCase()]), error: error('format') })}</div>`;

class MadeReports extends Page {
  static properties = { taking: { state: true } };

  #stop = () => {};
  #unfinished = false;

  #columns = [
    { title: t('reports.report'), main: true, cell: (job) => html`<div>${wanted(job)}<div class="text-secondary fw-normal small">${job.schedule_id ? t('made.by_schedule', { name: job.requested_by }) : job.requested_by}</div></div>` },
    { title: t('made.state'), cell: (job) => html`${badge('job_status', job.status, COLOURS[job.status])}${job.failure ? html`<div class="text-secondary small">${job.failure}</div>` : nothing}` },
    { title: t('made.progress'), cell: (job) => (job.status === 'running' ? meter(job.progress, percent(job.progress), 'blue') : job.size === null ? nothing : bytes(job.size)) },
    { title: t('made.ordered'), cell: (job) => timeAgo(job.created_at) },
    { title: t('made.kept'), cell: (job) => time(job.expires_at) },
    { title: t('table.actions'), end: true, cell: (job) => this.#actions(job) },
  ];

  #source = async ({ sort, ...query }) => {
    const { data } = await api.get('/api/v1/report-jobs', query);
    this.#unfinished = data.report_jobs.some(isUnfinished);
    return { rows: data.report_jobs, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('made.title');
    this.#stop = every(EVERY_MS, () => this.#unfinished && this.querySelector('ak-table')?.reload());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  #actions(job) {
    const name = wanted(job);
    if (job.status === 'done') {
      return button({ text: t('made.download'), kind: 'btn-sm', image: 'download', title: t('made.download_one', { name }), busy: this.taking === job.id, click: () => this.#take(job) });
    }
    return isUnfinished(job) && (session.may('requests:approve') || session.person?.name === job.requested_by)
      ? button({ text: t('made.cancel'), kind: 'btn-sm', title: t('made.cancel_one', { name }), click: () => this.#cancel(job) })
      : nothing;
  }

  async #take(job) {
    this.taking = job.id;
    try {
      const response = await api.raw(job.file, { patience: PATIENCE_MS });
      saveBlob(`${job.report}-${job.framework ? `${job.framework}-` : ''}${job.month}.${job.format}`, await response.blob());
    } catch (failure) {
      toastProblem(failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message }));
    } finally {
      this.taking = 0;
    }
  }

  async #cancel(job) {
    const gone = await confirm({ title: t('made.cancel_one', { name: wanted(job) }), text: t('made.cancel_text'), action: t('made.cancel'), submit: () => api.post(`/api/v1/report-jobs/${job.id}/cancel`) });
    if (gone) {
      this.querySelector('ak-table').reload();
    }
  }

  async #order() {
    const send = creator('/api/v1/report-jobs');
    const order = { report: REPORTS[0], format: 'pdf' };
    const month = new Date().toISOString().slice(0, 7);
    const made = await dialog({
      title: t('made.order'),
      action: t('made.order'),
      body: ({ error, redraw }) => reportFields(order, { error, redraw, month, onReport: (report) => { order.report = report; } }),
      submit: async (given) => (await send(given)).data,
    });
    if (made) {
      toast(t('made.ordered_toast'));
      this.querySelector('ak-table').reload();
    }
  }

  render() {
    const order = button({ text: t('made.order'), kind: 'btn-primary', image: 'plus', click: () => this.#order() });
    return html`${pageHead({
        title: t('made.title'),
        below: t('made.below'),
        actions: html`${linkButton({ text: t('schedules.title'), to: href('/report-schedules'), image: 'calendar' })}${order}`,
      })}
      <section class="card"><ak-table caption=${t('made.title')} .columns=${this.#columns} .source=${this.#source}
        .filters=${[
          { name: 'report', title: t('reports.report'), options: options('report', REPORTS) },
          { name: 'status', title: t('made.state'), options: options('job_status', JOB_STATUSES) },
        ]}
        .none=${empty({ title: t('made.none'), text: t('made.none_text'), image: 'file', action: order })}></ak-table></section>`;
  }
}

define('page-made-reports', MadeReports);
