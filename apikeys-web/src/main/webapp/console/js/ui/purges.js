// Removals of old records: asked for by one administrator, decided by another.
import { View, define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { fromLocalInput, number } from '../format.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { confirm, dialog } from './dialog.js';
import { badge, button, card, empty, facts, field, problemBox, spinner } from './parts.js';
import { time, timeAgo } from './time.js';
import { toast } from './toast.js';
import './table.js';

const PATH = '/api/v1/audit/purge';

/** What a removal would take now, or why it would be refused. */
class Plan {
  #plan = null;
  #refused = null;
  #busy = false;

  async ask(before, redraw) {
    this.#busy = true;
    this.#plan = null;
    this.#refused = null;
    redraw();
    try {
      this.#plan = (await api.post(PATH, { before, dry_run: true })).data;
    } catch (failure) {
      this.#refused = failure;
    }
    this.#busy = false;
    redraw();
  }

  forget() {
    this.#plan = null;
    this.#refused = null;
  }

  view() {
    if (this.#busy) {
      return spinner();
    }
    if (this.#refused) {
      return html`<div class="mt-3">${problemBox(this.#refused)}</div>`;
    }
    const plan = this.#plan;
    return plan
      ? html`<div class="mt-3" role="status">${facts([
          [t('purges.goes'), number(plan.records)],
          [t('purges.effective'), time(plan.effective_before)],
          [t('purges.sequences'), plan.records ? `${plan.first_sequence}–${plan.last_sequence}` : null],
          [t('purges.held_by'), plan.holds.map((hold) => hold.name).join(', ') || null],
        ])}</div>`
      : nothing;
  }
}

/** <ak-purges>: what was asked for and what came of it, for those who may decide about it. */
class Purges extends View {
  #source = async (query) => {
    const { data } = await api.get(PATH, query);
    return { rows: data.purges, total: data.total };
  };

  #columns = [
    { title: t('purges.what'), main: true, cell: (purge) => html`${t('purges.number', { id: String(purge.id) })}<div class="text-secondary fw-normal small">${t('purges.before')} ${time(purge.before)}</div>` },
    { title: t('requests.who'), cell: (purge) => html`<div>${purge.requested_by}<div class="small text-secondary">${timeAgo(purge.created_at)}</div></div>` },
    { title: t('keys.status'), cell: (purge) => badge('status', purge.status) },
    { title: t('purges.outcome'), cell: (purge) => html`<div>${this.#outcome(purge)}</div>` },
    { title: t('table.actions'), end: true, cell: (purge) => this.#actions(purge) },
  ];

  #outcome(purge) {
    const below = (text) => html`<div class="small text-secondary">${text}</div>`;
    switch (purge.status) {
      case 'pending':
        return html`<span class="text-secondary">${t('purges.waits')}</span>${below(html`${t('purges.until')} ${time(purge.expires_at)}`)}`;
      case 'fulfilled':
        return html`${t('purges.approved_by', { name: purge.approved_by })}${below(
          purge.archive ? t('purges.went', { first: number(purge.first_sequence), last: number(purge.last_sequence), archive: purge.archive }) : t('purges.nothing_went'),
        )}`;
      case 'rejected':
        return html`${t('purges.rejected_by', { name: purge.closed_by })}${below(purge.reason)}`;
      case 'cancelled':
        return html`<span class="text-secondary">${t('purges.cancelled_by', { name: purge.closed_by })}</span>`;
      default:
        return html`<span class="text-secondary">${t('purges.not_in_time')}</span>`;
    }
  }

  /** Who asked takes it back; anybody else of those who see this decides. */
  #actions(purge) {
    if (purge.status !== 'pending') {
      return nothing;
    }
    const name = t('purges.number', { id: String(purge.id) });
    const action = (text, click, kind = '') => button({ text, kind: `btn-sm ${kind}`, click, title: `${text}: ${name}` });
    return purge.requested_by === session.person.owner
      ? action(t('purges.cancel'), () => this.#cancel(purge))
      : html`<div class="btn-list justify-content-end">${action(t('purges.reject'), () => this.#reject(purge))}
          ${action(t('purges.look'), () => this.#approve(purge), 'btn-primary')}</div>`;
  }

  /** Shows the list as it is now: also when the dialog was left since somebody else was quicker. */
  #done(result, text) {
    this.querySelector('ak-table').reload();
    if (result) {
      toast(text(result));
    }
  }

  async #ask() {
    const plan = new Plan();
    const asked = await dialog({
      title: t('purges.ask'),
      action: t('purges.ask_now'),
      kind: 'btn-danger',
      body: ({ error, redraw }) => html`<p>${t('purges.ask_text')}</p>
        ${field({ name: 'before', title: t('purges.before'), type: 'datetime-local', required: true, error: error('before'), onChange: () => { plan.forget(); redraw(); } })}
        ${button({ text: t('purges.dry_run'), click: async (event) => {
          const { before } = event.target.closest('form').elements;
          if (before.reportValidity()) {
            await plan.ask(fromLocalInput(before.value), redraw);
          }
        } })}
        ${plan.view()}`,
      submit: async ({ before }) => (await api.post(PATH, { before: fromLocalInput(before), dry_run: false })).data,
    });
    this.#done(asked, ({ id }) => t('purges.asked', { id: String(id) }));
  }

  async #approve(purge) {
    const plan = new Plan();
    let isAsked = false;
    const done = await dialog({
      title: t('purges.approve_title', { id: String(purge.id) }),
      action: t('purges.approve'),
      kind: 'btn-danger',
      body: ({ redraw }) => {
        if (!isAsked) {
          isAsked = true;
          setTimeout(() => plan.ask(purge.before, redraw));
        }
        return html`<p>${t('purges.approve_text')}</p>
          ${facts([[t('purges.before'), time(purge.before)], [t('requests.who'), html`${purge.requested_by}, ${timeAgo(purge.created_at)}`]])}
          ${plan.view()}`;
      },
      submit: async () => (await api.post(`${PATH}/${purge.id}/approve`)).data,
    });
    this.#done(done, ({ archive }) => (archive ? t('purges.purged', { archive }) : t('purges.nothing_went')));
  }

  async #reject(purge) {
    const done = await dialog({
      title: t('purges.reject_title', { id: String(purge.id) }),
      action: t('purges.reject'),
      kind: 'btn-danger',
      body: ({ error }) => html`<p>${t('purges.reject_text')}</p>
        ${field({ name: 'reason', title: t('request.reason'), type: 'textarea', required: true, max: 500, error: error('reason') })}`,
      submit: async ({ reason }) => (await api.post(`${PATH}/${purge.id}/reject`, { reason })).data,
    });
    this.#done(done, () => t('purges.rejected'));
  }

  async #cancel(purge) {
    const done = await confirm({
      title: t('purges.cancel_title', { id: String(purge.id) }),
      text: t('purges.cancel_text'),
      action: t('purges.cancel'),
      submit: () => api.post(`${PATH}/${purge.id}/cancel`),
    });
    this.#done(done, () => t('purges.cancelled'));
  }

  render() {
    return card({
      title: t('purges.title'),
      hint: t('purges.text'),
      actions: button({ text: t('purges.ask'), click: () => this.#ask() }),
      flush: true,
      body: html`<ak-table caption=${t('purges.title')} prefix="purge_" .columns=${this.#columns} .source=${this.#source}
        .none=${empty({ title: t('purges.none'), text: t('purges.none_text'), image: 'check' })}></ak-table>`,
    });
  }
}

define('ak-purges', Purges);
