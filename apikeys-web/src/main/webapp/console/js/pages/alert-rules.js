// When to raise an alert: thresholds over what is counted, and signals that something is unusual.
import { define, html, nothing } from '../lit.js';
import { api, creator } from '../api.js';
import { duration, number } from '../format.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { confirm, dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, empty, field, hint, pageHead, values } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { orToast, toast } from '../ui/toast.js';
import { ANSWERS, DENIALS, METRICS, ROUTES, SEVERITIES, SIGNALS, options } from '../words.js';
import '../ui/table.js';

const DAY_MS = 86_400_000;
/** Metrics that say nothing of a few calls. */
const OF_MANY = ['error_rate', 'response_time'];
const NEW = { type: 'threshold', severity: 'warning', routes: ['console'], answer: 'none', is_active: true, threshold: { metric: 'denials', operator: 'above', value: 100, window: 'PT5M', per: 'key', min_requests: 20 }, anomaly: { signals: SIGNALS, min_score: 60 } };

const choices = (name, title, group, all, chosen, error) => html`<fieldset class="mb-3"><legend class="form-label">${title}</legend>
  ${all.map((each) => html`<label class="form-check"><input class="form-check-input" type="checkbox" name=${name} data-list value=${each} .checked=${chosen.includes(each)}>
    <span class="form-check-label">${label(group, each)}</span></label>`)}
  ${error ? html`<div class="invalid-feedback d-block">${error}</div>` : nothing}</fieldset>`;

/** The order of the API from what the form holds; what the form has no field for now stays as the rule has it. */
function order(rule, { name, type, is_active: isActive, key_id: keyId, owner, severity, routes, answer, ...given }) {
  const scope = keyId || owner ? { ...rule.scope, key_id: keyId || null, owner: owner || null } : null;
  return { name, type, is_active: isActive, scope, severity, routes, answer, ...(type === 'threshold' ? { threshold: limit(rule, given) } : { anomaly: unusual(rule, given) }) };
}

function limit({ threshold }, { metric, code, operator, value, window, per, min_requests: least = threshold?.min_requests ?? null }) {
  return { ...threshold, metric, code: metric === 'denials' ? code || null : null, operator, value, window: metric === 'credits' ? null : window, per, min_requests: least };
}

const unusual = ({ anomaly }, { signals, min_score: score }) => ({ ...anomaly, signals, min_score: score });

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
      ? t(threshold.window ? 'rules.threshold' : 'rules.threshold_now', { metric: label('metric', threshold.metric), operator: label('operator', threshold.operator ?? 'above'), value: number(threshold.value), window: duration(threshold.window) })
      : t('rules.anomaly', { signals: anomaly.signals.map((signal) => label('alert_kind', signal)).join(', '), score: anomaly.min_score ?? 60 });
    const whose = scope?.key_id ?? scope?.owner;
    return whose ? `${what} (${whose})` : what;
  }

  #form(rule, tried) {
    return ({ error, redraw }) => html`
      ${field({ name: 'name', title: t('rules.name'), required: true, max: 100, value: rule.name, error: error('name'), onChange: (event) => { rule.name = event.target.value; } })}
      ${field({ name: 'type', title: t('rules.type'), type: 'select', value: rule.type, options: options('rule_type', ['threshold', 'anomaly']), onChange: (event) => { rule.type = event.target.value; redraw(); } })}
      ${rule.type === 'threshold' ? this.#threshold((rule.threshold ??= structuredClone(NEW.threshold)), error, redraw) : this.#anomaly(rule.anomaly ?? NEW.anomaly, error)}
      <div class="fields">
        ${field({ name: 'key_id', title: t('rules.key'), value: rule.scope?.key_id, max: 30, placeholder: 'key-7', help: t('rules.key_help'), error: error('scope.key_id') })}
        ${field({ name: 'owner', title: t('keys.owner'), value: rule.scope?.owner, max: 64, help: t('rules.owner_help'), error: error('scope.owner') || error('scope') })}
      </div>
      <div class="fields">
        ${field({ name: 'severity', title: t('alerts.severity'), type: 'select', value: rule.severity, options: options('severity', SEVERITIES), error: error('severity') })}
        ${field({ name: 'answer', title: t('rules.answer'), type: 'select', value: rule.answer, options: options('rule_answer', ANSWERS), error: error('answer') })}
      </div>
      ${choices('routes', t('rules.routes'), 'route', ROUTES, rule.routes, error('routes'))}
      ${field({ name: 'is_active', title: t('rules.active'), type: 'checkbox', value: rule.is_active })}
      ${button({ text: t('rules.try'), click: async (event) => this.#try(rule, event.target.closest('form'), tried, redraw) })}
      <div class="mt-2" role="status">${tried.problem ? hint(tried.problem, 'warning') : tried.answer ? this.#tried(tried.answer) : nothing}</div>`;
  }

  #threshold(threshold, error, redraw) {
    const { metric, code, operator, value, window, per, min_requests: least } = threshold;
    const chosen = (event) => { threshold.metric = event.target.value; redraw(); };
    return html`<div class="fields">
      ${field({ name: 'metric', title: t('rules.metric'), type: 'select', value: metric, options: options('metric', METRICS), error: error('threshold.metric'), onChange: chosen })}
      ${metric === 'denials' ? field({ name: 'code', title: t('rules.code'), type: 'select', value: code ?? '', options: [['', t('rules.any_code')], ...options('decision', DENIALS)], error: error('threshold.code') }) : nothing}
      ${field({ name: 'operator', title: t('rules.is'), type: 'select', value: operator ?? 'above', options: options('operator', ['above', 'below']), error: error('threshold.operator') })}
      ${field({ name: 'value', title: t('rules.value'), type: 'number', min: 0, step: 'any', value, required: true, error: error('threshold.value') })}
      ${metric === 'credits' ? nothing : field({ name: 'window', title: t('rules.window'), value: window ?? 'PT5M', help: t('rules.window_help'), error: error('threshold.window') })}
      ${field({ name: 'per', title: t('rules.per'), type: 'select', value: per ?? 'key', options: options('per', ['key', 'organization']), error: error('threshold.per') })}
      ${OF_MANY.includes(metric) ? field({ name: 'min_requests', title: t('rules.least'), type: 'number', min: 1, value: least ?? 20, help: t('rules.least_help'), error: error('threshold.min_requests') }) : nothing}</div>`;
  }

  #anomaly({ signals, min_score: score }, error) {
    return html`${choices('signals', t('rules.signals'), 'alert_kind', SIGNALS, signals, error('anomaly.signals'))}
      ${field({ name: 'min_score', title: t('rules.score'), type: 'number', min: 1, value: score ?? 60, error: error('anomaly.min_score') })}`;
  }

  async #try(rule, form, tried, redraw) {
    const to = new Date();
    try {
      tried.problem = '';
      tried.answer = (await api.post('/api/v1/alert-rules/dry-run', order(rule, values(form)), { query: { from: new Date(to - 7 * DAY_MS).toISOString(), to: to.toISOString() } })).data;
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
    const rule = structuredClone(NEW);
    const send = creator('/api/v1/alert-rules');
    const made = await dialog({
      title: t('rules.add'),
      action: t('rules.add'),
      wide: true,
      body: this.#form(rule, {}),
      submit: async (given) => (await send(order(rule, given))).data,
    });
    this.#done(made);
  }

  async #change(rule) {
    const found = await orToast(api.get(`/api/v1/alert-rules/${rule.id}`), () => this.querySelector('ak-table').reload());
    if (!found) {
      return;
    }
    const { data, etag } = found;
    const changed = await dialog({
      title: t('people.change_one', { name: data.name }),
      wide: true,
      body: this.#form(data, {}),
      submit: async (given) => (await api.put(`/api/v1/alert-rules/${rule.id}`, order(data, given), { ifMatch: etag })).data,
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
