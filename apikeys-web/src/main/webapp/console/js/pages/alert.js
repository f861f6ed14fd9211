// One alert: what happened, how unusual it is and why, what was done, and what can be.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { number } from '../format.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, card, facts, field, hint, meter, pageHead } from '../ui/parts.js';
import { Shown, differences } from '../ui/stale.js';
import { time } from '../ui/time.js';

const different = (before, now) => differences(before, now, ['status', 'occurrences', 'comment', 'acknowledged_by', 'resolved_by', 'answer_undone']);
const STEPS = { open: ['acknowledge', 'resolve'], acknowledged: ['resolve'], resolved: ['reopen'] };

class AlertPage extends Page {
  #path = () => `/api/v1/alerts/${encodeURIComponent(this.params.id)}`;
  #alert = new Loader(this, async () => {
    const { data, etag } = await api.get(this.#path());
    this.heading = data.title;
    return { ...data, etag };
  });

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('alerts.title');
    this.#alert.run();
  }

  async #do(step) {
    const shown = new Shown(this.#alert);
    const done = await dialog({
      title: label('alert_step', step),
      action: label('alert_step', step),
      body: ({ error }) => html`${shown.view(different)}${field({ name: 'comment', title: t('alerts.comment'), type: 'textarea', max: 1000, error: error('comment'), help: t('alerts.comment_help') })}`,
      submit: async ({ comment }) => (await shown.send(({ etag }) => api.post(`${this.#path()}/${step}`, { comment: comment || null }, { ifMatch: etag }))).data,
    });
    if (done) {
      this.#alert.run();
    }
  }

  render() {
    return this.whole(this.#alert, (alert) => html`${pageHead({
        title: alert.title,
        above: html`<a href=${href('/alerts')}>${t('alerts.title')}</a>`,
        below: html`${badge('severity', alert.severity)} ${badge('alert_status', alert.status)}`,
        actions: session.may('requests:approve')
          ? html`${STEPS[alert.status].map((step, index) => button({ text: label('alert_step', step), kind: index === 0 ? 'btn-primary' : '', click: () => this.#do(step) }))}
              ${this.#canUndo(alert) ? button({ text: label('alert_step', 'undo-answer'), click: () => this.#do('undo-answer') }) : nothing}`
          : nothing,
      })}
      <div class="stack">
        ${card({
          title: t('alerts.happened'),
          body: html`<p>${alert.detail}</p>${facts([
            [t('alerts.kind'), label('alert_kind', alert.kind)],
            [t('alerts.key'), alert.key_id ? html`<a href=${href(`/keys/${alert.key_id}`)}>${alert.key_id}</a>` : null],
            [t('alerts.subject'), alert.subject],
            [t('alerts.times'), number(alert.occurrences)],
            [t('alerts.first'), time(alert.first_seen)],
            [t('alerts.last'), time(alert.last_seen)],
          ])}`,
        })}
        ${alert.score === null || alert.score === undefined
          ? nothing
          : card({ title: t('alerts.unusual'), body: html`${meter(alert.score / 100, t('alerts.score', { n: alert.score }))}<ul class="mt-3 mb-0">${(alert.reasons ?? []).map((reason) => html`<li>${reason}</li>`)}</ul>` })}
        ${card({ title: t('alerts.done'), body: this.#done(alert) })}
      </div>`);
  }

  #canUndo(alert) {
    return alert.answer && alert.answer !== 'none' && !alert.answer_undone;
  }

  #done(alert) {
    const answered = alert.answer && alert.answer !== 'none';
    return html`${answered ? hint(label('alert_answer', alert.answer), 'warning') : nothing}
      ${facts([
        [t('alerts.acknowledged'), alert.acknowledged_at ? html`${alert.acknowledged_by}, ${time(alert.acknowledged_at)}` : t('alerts.not_yet')],
        [t('alerts.resolved'), alert.resolved_at ? html`${alert.resolved_by}, ${time(alert.resolved_at)}` : t('alerts.not_yet')],
        [t('alerts.comment'), alert.comment],
      ])}
      <p class="mt-3 mb-0"><a href=${href('/audit', { target: `alert:${alert.id}` })}>${t('alerts.records')}</a></p>`;
  }
}

define('page-alert', AlertPage);
