// Report-only: what a change of a key would have refused of the calls that came since it was put on trial.
import { View, define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { duration, number } from '../format.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { confirm, dialog } from './dialog.js';
import { Loader } from './loader.js';
import { badge, button, card, code, empty, facts, field, hint } from './parts.js';
import { time, timeAgo } from './time.js';
import { toast } from './toast.js';
import { fieldName, shown } from './values.js';

const LENGTHS = ['P1D', 'P7D', 'P30D'];

/** Asks for how long, and begins; answers null when it was cancelled. */
export function beginTrial(path, proposal) {
  return dialog({
    title: t('trial.begin'),
    action: t('trial.begin'),
    body: ({ error }) => html`<p>${t('trial.begin_text')}</p><p>${t('trial.replaces')}</p>
      ${field({ name: 'duration', title: t('trial.for'), type: 'select', value: 'P7D', error: error('duration'), options: LENGTHS.map((one) => [one, duration(one)]) })}`,
    submit: async ({ duration: length }) => (await api.put(`${path}/trial`, { ...proposal, duration: length })).data,
  });
}

/** The card about a key's trial. `adopt` makes a proposal count. */
class Trial extends View {
  static properties = { key: { attribute: false }, adopt: { attribute: false } };

  #trial = new Loader(this, async () => (await api.get(`${this.#path}/trial`)).data ?? null);

  get #path() {
    return `/api/v1/api-keys/${encodeURIComponent(this.key.key_id)}`;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#trial.run();
  }

  render() {
    const trial = this.#trial.value;
    return card({
      title: t('trial.title'),
      hint: t('trial.text'),
      actions: trial ? button({ text: t('key.refresh'), kind: 'btn-sm', image: 'refresh', busy: this.#trial.busy, click: () => this.#trial.run() }) : nothing,
      body: this.#trial.view((found) => (found ? this.#report(found) : empty({ title: t('trial.none'), text: t('trial.none_text'), image: 'clock' }))),
    });
  }

  #report(trial) {
    const mayChange = session.may('keys:write') && !['revoked', 'archived'].includes(this.key.status);
    return html`
      ${trial.judged ? hint(t('trial.refused', { refused: number(trial.refused), n: trial.judged }), trial.refused ? 'warning' : 'success') : hint(t('trial.no_calls'))}
      ${facts([
        [t('key.seen_since'), time(trial.started_at)],
        [t(trial.ended ? 'trial.ended' : 'trial.until'), html`${time(trial.ends_at)} (${timeAgo(trial.ends_at)})`],
        ...Object.entries(trial.proposal).map(([name, value]) => [fieldName(name), shown(name, value)]),
      ])}
      ${trial.refusals.length ? this.#refusals(trial.refusals) : nothing}
      ${trial.notes.map((note) => html`<p class="text-secondary small mt-2 mb-0">${note}</p>`)}
      ${mayChange ? html`<div class="btn-list mt-3">
        ${button({ text: t('trial.adopt'), image: 'check', click: () => this.adopt(trial.proposal) })}
        ${button({ text: t('trial.end'), click: () => this.#end() })}</div>` : nothing}`;
  }

  #refusals(refusals) {
    return html`<div class="table-responsive mt-3" tabindex="0" role="region" aria-label=${t('trial.title')}>
      <table class="table table-vcenter table-stacking"><caption class="visually-hidden">${t('trial.title')}</caption>
        <thead><tr>${['call.decision', 'trial.item', 'trial.calls', 'trial.last'].map((name) => html`<th scope="col">${t(name)}</th>`)}</tr></thead>
        <tbody>${refusals.map((one) => html`<tr>
          <td data-label=${t('call.decision')}>${badge('decision', one.code, 'red')}</td>
          <td data-label=${t('trial.item')}>${code(one.item)}</td>
          <td data-label=${t('trial.calls')}>${number(one.calls)}</td>
          <td data-label=${t('trial.last')}>${timeAgo(one.last_call_at)}</td></tr>`)}</tbody></table></div>`;
  }

  async #end() {
    const done = await confirm({ title: t('trial.end'), text: t('trial.end_text'), action: t('trial.end'), submit: () => api.del(`${this.#path}/trial`) });
    if (done) {
      toast(t('trial.has_ended'));
      await this.#trial.run();
    }
  }
}

define('ak-trial', Trial);
