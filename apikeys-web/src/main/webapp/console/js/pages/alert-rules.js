// When to raise an alert: thresholds over what is counted, and signals that something is unusual.
import { define, html, nothing } from '../lit.js';
import { api, idempotencyKey } from '../api.js';
import { duration, number } from '../format.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { confirm, dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, empty, field, hint, pageHead, values } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { toast } from '../ui/toast.js';
import { ANSWERS, METRICS, ROUTES, SEVERITIES, SIGNALS, options } from '../words.js';
import '../ui/table.js';

const DAY_MS = 86_400_000;
const NEW = { type: 'threshold', severity: 'warning', routes: ['console'], answer: 'none', is_active: true, threshold: { metric: 'denials', operator: 'above', value: 100, window: 'PT5M', per: 'key' }, anomaly: { signals: SIGNALS, min_score: 60 } };

const choices = (name, title, group, all, chosen, error) => html`<fieldset class="mb-3"><legend class="form-label">${title}</legend>
  ${all.map((each) => html`<label class="form-check"><input class="form-check-input" type="checkbox" name=${name} data-list value=${each} .checked=${chosen.includes(each)}>
    <span class="form-check-label">${label(group, each)}</span></label>`)}
  ${error ? html`<div class="invalid-feedback d-block">${error}</div>` : nothing}</fieldset>`;

/** The order of the API from what the form holds. */
function order({ name, type, is_active: isActive, key_id: keyId, severity, routes, answer, metric, operator, value, window, per, signals, min_score: score }) {
  const condition = type === 'threshold'
    ? { threshold: { metric, operator, value, ...(metric === 'credits' ? {} : { window }), per } }
    : { anomaly: { signals, min_score: score } };
  return { name, type, is_active: isActive, scope: keyId ? { key_id: keyId } : null, severity, routes, answer, ...condition };
}

class AlertRules extends Page {
  #columns = [
    { title: t('rules.name'), main: true, cell: (rule) => html`<div>${rule.name}<div class="text-secondary fw-normal small">${this.#words(rule)}</div></div>` },
    { title: t('alerts.severity'), cell: (rule) => badge('severity', rule.severity) },
    { title: t('rules.answer'), cell: (rule) => label('rule_answer', rule.answer) },
    { title: t('rules.routes'), cell: (rule) => rule.routes.map((route) => label('route', route)).join(', ') },
    { title: t('people.state'), cell: (rule) => badge('status', rule.is_active ? 'active' : 'disabled', rule.is_active ? 'green' : 'secondary') },
    { title: t('table.actions'), end: true, cell: (rule) => (session.may('requests:approve') ? html`<div class="btn-list justify-content-end flex-nowrap">
      ${button({ text: t('people.change'), kind: 'btn-sm', title: t('people.change_one', { name: rule.name }), click: () => this.#change(rule) })}
      ${button({ text: t('sets.delete'), kind: 'btn-sm', click: () => this.#delete(rule) })}</div>` : nothing) },
  ];

  #source = async ({ sort, ...query }) => {
    const { data } = await api.get('/api/v1/alert-rules', query);
    return { rows: data.alert_rules, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('rules.title');
  }

  #words({ type, threshold, anomaly, scope }) {
    const what = type === 'threshold'
      ? t('rules.threshold', { metric: label('metric', threshold.metric), operator: label('operator', threshold.operator ?? 'above'), value: number(threshold.value), window: threshold.window ? duration(threshold.window) : '' })
      : t('rules.anomaly', { signals: anomaly.signals.map((signal) => label('alert_kind', signal)).join(', '), score: anomaly.min_score ?? 60 });
    const whose = scope?.key_id ?? scope?.owner;
    return whose ? `${what} (${whose})` : what;
  }

  #form(rule, tried) {
    return ({ error, redraw }) => html`
      ${field({ name: 'name', title: t('rules.name'), required: true, max: 100, value: rule.name, error: error('name'), onChange: (event) => { rule.name = event.target.value; } })}
      ${field({ name: 'type', title: t('rules.type'), type: 'select', value: rule.type, options: options('rule_type', ['threshold', 'anomaly']), onChange: (event) => { rule.type = event.target.value; redraw(); } })}
      ${rule.type === 'threshold' ? this.#threshold(rule.threshold ?? NEW.threshold, error) : this.#anomaly(rule.anomaly ?? NEW.anomaly, error)}
      ${field({ name: 'key_id', title: t('rules.key'), value: rule.scope?.key_id, max: 30, placeholder: 'key-7', help: t('rules.key_help'), error: error('scope.key_id') })}
      <div class="fields">
        ${field({ name: 'severity', title: t('alerts.severity'), type: 'select', value: rule.severity, options: options('severity', SEVERITIES), error: error('severity') })}
        ${field({ name: 'answer', title: t('rules.answer'), type: 'select', value: rule.answer, options: options('rule_answer', ANSWERS), error: error('answer') })}
      </div>
      ${choices('routes', t('rules.routes'), 'route', ROUTES, rule.routes, error('routes'))}
      ${field({ name: 'is_active', title: t('rules.active'), type: 'checkbox', value: rule.is_active })}
      ${button({ text: t('rules.try'), click: async (event) => this.#try(event.target.closest('form'), tried, redraw) })}
      <div class="mt-2" role="status">${tried.problem ? hint(tried.problem, 'warning') : tried.answer ? this.#tried(tried.answer) : nothing}</div>`;
  }

  #threshold({ metric, operator, value, window, per }, error) {
    return html`<div class="fields">
      ${field({ name: 'metric', title: t('rules.metric'), type: 'select', value: metric, options: options('metric', METRICS), error: error('threshold.metric') })}
      ${field({ name: 'operator', title: t('rules.is'), type: 'select', value: operator ?? 'above', options: options('operator', ['above', 'below']), error: error('threshold.operator') })}
      ${field({ name: 'value', title: t('rules.value'), type: 'number', min: 0, step: 'any', value, required: true, error: error('threshold.value') })}
      ${field({ name: 'window', title: t('rules.window'), value: window ?? 'PT5M', help: t('rules.window_help'), error: error('threshold.window') })}
      ${field({ name: 'per', title: t('rules.per'), type: 'select', value: per ?? 'key', options: options('per', ['key', 'organization']), error: error('threshold.per') })}</div>`;
  }

  #anomaly({ signals, min_score: score }, error) {
    return html`${choices('signals', t('rules.signals'), 'alert_kind', SIGNALS, signals, error('anomaly.signals'))}
      ${field({ name: 'min_score', title: t('rules.score'), type: 'number', min: 1, value: score ?? 60, error: error('anomaly.min_score') })}`;
  }

  async #try(form, tried, redraw) {
    const to = new Date();
    try {
      tried.problem = '';
      tried.answer = (await api.post('/api/v1/alert-rules/dry-run', order(values(form)), { query: { from: new Date(to - 7 * DAY_MS).toISOString(), to: to.toISOString() } })).data;
    } catch (failure) {
      tried.answer = null;
      tried.problem = failure.errors?.map((error) => `${error.field} ${error.message}`).join('; ') || failure.message;
    }
    redraw();
  }

  #tried({ count, raised, note }) {
    return html`${hint(t('rules.would', { n: count }), count > 20 ? 'warning' : 'info')}
      ${note ? html`<p class="text-secondary">${note}</p>` : nothing}
      <ul>${raised.slice(0, 5).map((one) => html`<li>${time(one.at)} ${one.detail}</li>`)}</ul>`;
  }

  async #add() {
    const idempotent = idempotencyKey();
    const made = await dialog({
      title: t('rules.add'),
      action: t('rules.add'),
      wide: true,
      body: this.#form(structuredClone(NEW), {}),
      submit: async (given) => (await api.post('/api/v1/alert-rules', order(given), { idempotent })).data,
    });
    this.#done(made);
  }

  async #change(rule) {
    const { data, etag } = await api.get(`/api/v1/alert-rules/${rule.id}`);
    const changed = await dialog({
      title: t('people.change_one', { name: data.name }),
      wide: true,
      body: this.#form(data, {}),
      submit: async (given) => (await api.put(`/api/v1/alert-rules/${rule.id}`, order(given), { ifMatch: etag })).data,
    });
    this.#done(changed);
  }

  async #delete(rule) {
    const gone = await confirm({ title: t('sets.delete_title', { name: rule.name }), text: t('rules.delete_text'), action: t('sets.delete'), submit: () => api.del(`/api/v1/alert-rules/${rule.id}`) });
    if (gone) {
      this.querySelector('ak-table').reload();
    }
  }

  #done(rule) {
    if (rule) {
      toast(t('rules.saved', { name: rule.name }));
      this.querySelector('ak-table').reload();
    }
  }

  render() {
    const add = session.may('requests:approve') ? button({ text: t('rules.add'), kind: 'btn-primary', image: 'plus', click: () => this.#add() }) : nothing;
    return html`${pageHead({ title: t('rules.title'), below: t('rules.below'), actions: add })}
      <section class="card"><ak-table caption=${t('rules.title')} .columns=${this.#columns} .source=${this.#source}
        .none=${empty({ title: t('rules.none'), text: t('rules.none_text'), image: 'alert', action: add })}></ak-table></section>`;
  }
}

define('page-alert-rules', AlertRules);
