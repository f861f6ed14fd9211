// Reports that are made again and again, and who is told of them.
import { define, html, nothing } from '../lit.js';
import { api, creator } from '../api.js';
import { href, router } from '../router.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { confirm, dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, empty, field, lines, linkButton, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { orToast, toast } from '../ui/toast.js';
import { REPORTS, RHYTHMS, WEEKDAYS, options } from '../words.js';
import { reportFields } from './made-reports.js';
import '../ui/table.js';

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
const fresh = () => ({ name: '', is_active: true, report: REPORTS[0], format: 'pdf', every: 'monthly', at: '06:00', day_of_month: 1, zone: here(), recipients: [session.person?.name] });

class ReportSchedules extends Page {
  #columns = [
    { title: t('schedules.name'), main: true, cell: (one) => html`<div>${one.name}<div class="text-secondary fw-normal small">${label('report', one.report)}${one.framework ? ` · ${label('framework', one.framework)}` : ''} · ${one.format.toUpperCase()}</div></div>` },
    { title: t('schedules.when'), cell: (one) => html`<div>${this.#rhythm(one)}<div class="text-secondary small">${one.zone}</div></div>` },
    { title: t('schedules.recipients'), cell: (one) => one.recipients.join(', ') },
    { title: t('schedules.next'), cell: (one) => (one.next_run_at ? time(one.next_run_at) : badge('status', 'disabled')) },
    { title: t('schedules.last'), cell: (one) => time(one.last_run_at) },
    { title: t('table.actions'), end: true, cell: (one) => (session.may('requests:approve') ? html`<div class="btn-list justify-content-end flex-nowrap">
      ${button({ text: t('schedules.run'), kind: 'btn-sm', title: t('schedules.run_one', { name: one.name }), click: () => this.#run(one) })}
      ${button({ text: t('people.change'), kind: 'btn-sm', title: t('people.change_one', { name: one.name }), click: () => this.#change(one) })}
      ${button({ text: t('sets.delete'), kind: 'btn-sm', click: () => this.#delete(one) })}</div>` : nothing) },
  ];

  #source = async ({ sort, ...query }) => {
    const { data } = await api.get('/api/v1/report-schedules', query);
    return { rows: data.report_schedules, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('schedules.title');
  }

  #rhythm({ every, at, day_of_week: week, day_of_month: month }) {
    if (every === 'weekly') {
      return t('schedules.weekly', { day: label('weekday', week), at });
    }
    return every === 'monthly' ? t('schedules.monthly', { day: month, at }) : t('schedules.daily', { at });
  }

  #form(one) {
    return ({ error, redraw }) => html`
      ${field({ name: 'name', title: t('schedules.name'), required: true, max: 100, value: one.name, error: error('name'), onChange: (event) => { one.name = event.target.value; } })}
      ${reportFields(one, { error, redraw, onReport: (report) => { one.report = report; } })}
      <div class="fields">
        ${field({ name: 'every', title: t('schedules.every'), type: 'select', value: one.every, options: options('rhythm', RHYTHMS), error: error('every'), onChange: (event) => { one.every = event.target.value; redraw(); } })}
        ${one.every === 'weekly' ? field({ name: 'day_of_week', title: t('schedules.day_of_week'), type: 'select', value: one.day_of_week ?? WEEKDAYS[0], options: options('weekday', WEEKDAYS), error: error('day_of_week') }) : nothing}
        ${one.every === 'monthly' ? field({ name: 'day_of_month', title: t('schedules.day_of_month'), type: 'number', min: 1, value: one.day_of_month ?? 1, help: t('schedules.day_help'), error: error('day_of_month') }) : nothing}
        ${field({ name: 'at', title: t('schedules.at'), type: 'time', value: one.at, required: true, error: error('at') })}
        ${field({ name: 'zone', title: t('schedules.zone'), value: one.zone, required: true, placeholder: 'Europe/Vienna', error: error('zone') })}
      </div>
      ${field({ name: 'recipients', title: t('schedules.recipients'), type: 'textarea', value: one.recipients.join('\n'), required: true, help: t('schedules.recipients_help'), error: error('recipients') })}
      ${field({ name: 'is_active', title: t('schedules.active'), type: 'checkbox', value: one.is_active })}`;
  }

  #order = ({ recipients, ...rest }) => ({ ...rest, recipients: lines(recipients) });

  async #add() {
    const send = creator('/api/v1/report-schedules');
    this.#done(await dialog({
      title: t('schedules.add'),
      action: t('schedules.add'),
      wide: true,
      body: this.#form(fresh()),
      submit: async (given) => (await send(this.#order(given))).data,
    }));
  }

  async #change(one) {
    const found = await orToast(api.get(`/api/v1/report-schedules/${one.id}`), () => this.querySelector('ak-table').reload());
    if (!found) {
      return;
    }
    const { data, etag } = found;
    this.#done(await dialog({
      title: t('people.change_one', { name: data.name }),
      wide: true,
      body: this.#form(data),
      submit: async (given) => (await api.put(`/api/v1/report-schedules/${one.id}`, this.#order(given), { ifMatch: etag })).data,
    }));
  }

  async #run(one) {
    const ran = await confirm({ title: t('schedules.run_one', { name: one.name }), text: t('schedules.run_text'), action: t('schedules.run'), kind: 'btn-primary', submit: () => api.post(`/api/v1/report-schedules/${one.id}/run`) });
    if (ran) {
      router.go('/reports/made');
    }
  }

  async #delete(one) {
    const gone = await confirm({ title: t('sets.delete_title', { name: one.name }), text: t('schedules.delete_text'), action: t('sets.delete'), submit: () => api.del(`/api/v1/report-schedules/${one.id}`) });
    if (gone) {
      this.querySelector('ak-table').reload();
    }
  }

  #done(one) {
    if (one) {
      toast(t('schedules.saved', { name: one.name }));
      this.querySelector('ak-table').reload();
    }
  }

  render() {
    const add = session.may('requests:approve') ? button({ text: t('schedules.add'), kind: 'btn-primary', image: 'plus', click: () => this.#add() }) : nothing;
    return html`${pageHead({
        title: t('schedules.title'),
        below: t('schedules.below'),
        actions: html`${linkButton({ text: t('made.title'), to: href('/reports/made'), image: 'file' })}${add}`,
      })}
      <section class="card"><ak-table caption=${t('schedules.title')} .columns=${this.#columns} .source=${this.#source}
        .none=${empty({ title: t('schedules.none'), text: t('schedules.none_text'), image: 'calendar', action: add })}></ak-table></section>`;
  }
}

define('page-report-schedules', ReportSchedules);
