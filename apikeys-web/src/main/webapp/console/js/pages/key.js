// One key: what it is, how it is used, what it may do, its secrets, its past, and what can be done.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { bytes, duration, fromLocalInput, number, toLocalInput } from '../format.js';
import { href, router } from '../router.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { confirm, dialog } from '../ui/dialog.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, code, codes, empty, facts, field, hint, linkButton, meter, pageHead } from '../ui/parts.js';
import { secretDialog } from '../ui/secret.js';
import { Shown, differences } from '../ui/stale.js';
import { besideWindows } from '../ui/standing.js';
import { tabs } from '../ui/tabs.js';
import { time, timeAgo } from '../ui/time.js';
import { toast } from '../ui/toast.js';
import { fieldName, shown } from '../ui/values.js';
import '../ui/chart.js';
import '../ui/copy.js';
import '../ui/past.js';
import '../ui/trial.js';

const CONFIGURATION = ['description', 'tags', 'metadata', 'not_before', 'rotation', 'publishable'];
const SPANS = { PT1H: 3_600, P1D: 86_400, P7D: 604_800, P30D: 2_592_000 };
const OVERLAPS = ['PT0S', 'PT1H', 'PT24H', 'P7D', 'P30D'];
/** What of a key can be changed by somebody else while a dialog about it is open. */
const CHANGING = [
  'status', 'generation', 'name', 'description', 'type', 'owner', 'scopes', 'permission_sets', 'restrictions', 'rate_limits', 'resource_limits', 'credits',
  'expires_at', 'not_before', 'rotation', 'metadata', 'tags',
];
const different = ({ data: before }, { data: now }) => differences(before, now, CHANGING);

class Key extends Page {
  #key = new Loader(this, () => api.get(this.#path));
  #usage = new Loader(this, async () => (await api.get(`${this.#path}/usage`)).data);
  #series = new Loader(this, () => this.#loadSeries());
  #permissions = new Loader(this, async () => (await api.get(`${this.#path}/effective-permissions`)).data);
  #advice = new Loader(this, async () => (await api.get(`${this.#path}/advice`)).data);
  #generations = new Loader(this, async () => (await api.get(`${this.#path}/generations`)).data);

  get #path() {
    return `/api/v1/api-keys/${encodeURIComponent(this.params.id)}`;
  }

  get #tab() {
    return this.query.tab ?? 'overview';
  }

  connectedCallback() {
    super.connectedCallback();
    this.heading = this.params.id;
    this.#reload();
  }

  async #reload() {
    await this.#key.run();
    if (this.#key.value) {
      this.heading = this.#key.value.data.name;
    }
    const loaders = { use: session.may('usage:read') ? [this.#usage, this.#series] : [this.#usage], permissions: [this.#permissions, this.#advice], secrets: [this.#generations] };
    (loaders[this.#tab] ?? []).forEach((loader) => loader.run());
  }

  render() {
    return this.whole(this.#key, ({ data: key }) => {
      const to = (tab) => href(`/keys/${this.params.id}`, { tab: tab === 'overview' ? undefined : tab });
      const names = ['overview', 'use', 'permissions', 'secrets', 'history'];
      return html`${pageHead({
          title: key.name,
          above: html`<a href=${href('/keys')}>${t('keys.nav')}</a> / ${key.key_id}`,
          below: html`${badge('status', key.status)} ${badge('environment', key.environment)} ${code(`${key.key_prefix}…`)}`,
          actions: this.#actions(key),
        })}
        ${key.status === 'revoked' ? hint(html`${t('key.revoked_why', { reason: key.revoked_reason ?? t('common.none') })} ${timeAgo(key.revoked_at)}`, 'warning') : nothing}
        ${(key.warnings ?? []).map((warning) => hint(warning, 'warning'))}
        ${tabs(t('key.parts'), names.map((name) => ({ key: name, text: t(`key.tab.${name}`), to: to(name) })), this.#tab)}
        <div class="stack">${this.#part(key)}</div>`;
    });
  }

  #part(key) {
    switch (this.#tab) {
      case 'use':
        return this.#use(key);
      case 'permissions':
        return this.#may(key);
      case 'secrets':
        return this.#secrets(key);
      case 'history':
        return html`<ak-past .key=${key}></ak-past>`;
      default:
        return this.#overview(key);
    }
  }

  #actions(key) {
    if (!session.may('keys:write') || ['revoked', 'archived'].includes(key.status)) {
      return nothing;
    }
    return html`
      ${key.publishable && session.may('keys:reveal') ? button({ text: t('key.reveal'), click: () => this.#reveal(key) }) : nothing}
      ${linkButton({ text: t('key.change'), to: href(`/keys/${key.key_id}/change`), image: 'settings' })}
      ${button({ text: t('key.rotate'), image: 'refresh', click: () => this.#rotate(key) })}
      ${button({ text: t('key.renew'), image: 'calendar', click: () => this.#renew(key) })}
      ${button({ text: t(key.is_active ? 'key.deactivate' : 'key.activate'), click: () => this.#activate(key) })}
      ${button({ text: t('key.revoke'), kind: 'btn-danger', click: () => this.#revoke(key) })}`;
  }

  #overview(key) {
    return html`<div class="columns">
        ${card({
          title: t('key.about'),
          body: facts([
            [t('keys.owner'), key.owner],
            [t('keys.type'), label('type', key.type)],
            [t('key.id'), html`${code(key.key_id)} <ak-copy .text=${key.key_id} label=${t('key.copy_id')}></ak-copy>`],
            [t('keys.expires'), key.expires_at ? html`${time(key.expires_at)} (${timeAgo(key.expires_at)})` : t('keys.no_end')],
            [t('key.created'), html`${time(key.created_at)}, ${t('key.by', { name: key.created_by })}`],
            [t('key.updated'), timeAgo(key.updated_at)],
            [t('keys.last_used'), timeAgo(key.last_used_at)],
            [t('keys.use'), t('key.counts', { allowed: key.usage_count, denied: key.denied_count })],
          ]),
        })}
        ${card({
          title: t('key.what_it_may'),
          body: html`${facts([
            [t('field.scopes'), codes(key.scopes)],
            [t('field.permission_sets'), key.permission_sets.length ? codes(key.permission_sets) : null],
            [t('field.restrictions'), shown('restrictions', key.restrictions)],
            [t('field.rate_limits'), key.unlimited ? t('common.unlimited') : shown('rate_limits', key.rate_limits)],
            [t('field.resource_limits'), key.resource_limits ? shown('resource_limits', key.resource_limits) : null],
            [t('field.credits'), key.credits ? shown('credits', key.credits) : null],
          ])}`,
        })}
      </div>
      ${card({
        title: t('key.more'),
        body: facts(CONFIGURATION.map((name) => [fieldName(name), shown(name, key[name])])),
      })}`;
  }

  #use(key) {
    return html`${this.#usage.view((usage) => card({
        title: t('key.limits_now'),
        actions: button({ text: t('key.refresh'), kind: 'btn-sm', image: 'refresh', click: () => this.#usage.run() }),
        body: this.#standing(usage),
      }))}
      ${session.may('usage:read') ? card({ title: t('key.calls_over_time'), actions: this.#spans(), body: this.#series.view((usage) => this.#overTime(usage)) }) : nothing}
      ${card({
        title: t('key.latest_calls'),
        hint: t('key.latest_calls_text'),
        body: key.usage.length ? this.#callChart(key.usage) : empty({ title: t('key.no_calls'), text: t('key.no_calls_text'), image: 'chart' }),
      })}
      ${key.usage.length ? card({ title: t('key.calls'), flush: true, body: this.#calls(key.usage) }) : nothing}`;
  }

  get #span() {
    return SPANS[this.query.span] ? this.query.span : 'P1D';
  }

  async #loadSeries() {
    const from = new Date(Date.now() - SPANS[this.#span] * 1000).toISOString();
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return (await api.get('/api/v1/analytics/usage', { key: this.params.id, from, zone })).data;
  }

  /** Calls and errors over time, and how long answers took. */
  #overTime(usage) {
    const points = usage.series[0]?.points ?? [];
    const short = SPANS[this.#span] <= SPANS.P1D;
    const labels = points.map((point) => new Date(point.start).toLocaleString([], short ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric', hour: '2-digit' }));
    return html`<ak-chart caption=${t('key.calls_over_time')} type="line" .labels=${labels} .x=${t('call.when')} file="key-usage"
      .series=${[
        { name: t('key.requests'), values: points.map((point) => point.requests), colour: '--tblr-blue' },
        { name: t('key.errors'), values: points.map((point) => point.errors), colour: '--tblr-red' },
      ]}></ak-chart>`;
  }

  #spans() {
    return html`<div class="btn-group" role="group" aria-label=${t('key.span')}>${Object.keys(SPANS).map(
      (span) => html`<a class="btn btn-sm ${span === this.#span ? 'active' : ''}" aria-current=${span === this.#span ? 'true' : nothing}
        href=${href(`/keys/${this.params.id}`, { tab: 'use', span })}>${duration(span)}</a>`,
    )}</div>`;
  }

  #standing(usage) {
    const windows = usage.windows ?? [];
    return html`${windows.length === 0 ? html`<p>${t('key.no_windows')}</p>` : nothing}
      ${usage.tightened ? hint(t('key.tightened', { percent: usage.tightened.percent, reason: label('tightened', usage.tightened.reason) }), 'warning') : nothing}
      <div class="tiles">${windows.map(
        (one) => html`<div>
          <div class="text-secondary">${t('key.a_window', { window: duration(one.window) })}</div>
          <div class="tile-value">${number(one.request_count)} <span class="fs-4 text-secondary">/ ${number(one.rate_limit)}</span></div>
          ${meter(one.rate_limit ? one.request_count / one.rate_limit : 1, t('key.remaining', { n: one.remaining }))}
          <div class="small text-secondary">${t('key.resets')} ${timeAgo(one.reset_at)}</div>
        </div>`,
      )}</div>
      <div class="mt-4">${besideWindows(usage)}</div>`;
  }

  #callChart(calls) {
    const oldestFirst = [...calls].reverse();
    const perMinute = new Map();
    for (const call of oldestFirst) {
      const minute = call.created_at.slice(0, 16);
      const counts = perMinute.get(minute) ?? { allowed: 0, denied: 0 };
      counts[call.code === 'VALID' ? 'allowed' : 'denied'] += 1;
      perMinute.set(minute, counts);
    }
    const labels = [...perMinute.keys()].map((minute) => new Date(`${minute}Z`).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }));
    return html`<ak-chart caption=${t('key.calls_per_minute')} type="bar" stacked .labels=${labels} .x=${t('key.minute')} file="key-calls"
      .series=${[
        { name: t('key.allowed'), values: [...perMinute.values()].map((one) => one.allowed), colour: '--tblr-green' },
        { name: t('key.denied'), values: [...perMinute.values()].map((one) => one.denied), colour: '--tblr-red' },
      ]}></ak-chart>`;
  }

  #calls(calls) {
    const head = ['when', 'call', 'decision', 'answer', 'took', 'from', 'bytes'];
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${t('key.calls')}>
      <table class="table table-vcenter card-table table-stacking"><caption class="visually-hidden">${t('key.calls')}</caption>
        <thead><tr>${head.map((name) => html`<th scope="col">${t(`call.${name}`)}</th>`)}</tr></thead>
        <tbody>${calls.slice(0, 25).map(
          (call) => html`<tr>
            <td data-label=${t('call.when')}>${timeAgo(call.created_at)}</td>
            <td data-label=${t('call.call')}>${call.endpoint ? code(`${call.method ?? ''} ${call.endpoint}`.trim()) : t('common.none')}</td>
            <td data-label=${t('call.decision')}>${badge('decision', call.code, call.code === 'VALID' ? 'green' : 'red')}</td>
            <td data-label=${t('call.answer')}>${call.status_code}</td>
            <td data-label=${t('call.took')}>${call.response_time === null ? '–' : t('start.ms', { n: Math.round(call.response_time * 1000) })}</td>
            <td data-label=${t('call.from')}>${call.ip ?? '–'}${call.country ? ` (${call.country})` : ''}</td>
            <td data-label=${t('call.bytes')}>${call.bytes_in === null && call.bytes_out === null ? '–' : `${bytes(call.bytes_in ?? 0)} / ${bytes(call.bytes_out ?? 0)}`}</td>
          </tr>`,
        )}</tbody></table></div>`;
  }

  #may(key) {
    return html`${card({
        title: t('key.effective'),
        hint: t('key.effective_text'),
        flush: true,
        body: this.#permissions.view((found) =>
          found.scopes.length === 0
            ? empty({ title: t('key.may_nothing'), image: 'lock' })
            : html`${found.warnings.length ? html`<div class="card-body pb-0">${found.warnings.map((warning) => hint(warning, 'warning'))}</div>` : nothing}
              <div class="list-group list-group-flush">${found.scopes.map(
                (one) => html`<div class="list-group-item d-flex flex-wrap justify-content-between gap-2">${code(one.scope)}
                  <span class="text-secondary small">${one.from.map((from) => (from.set ? t('key.from_set', { set: from.set, plugin: from.plugin }) : t('key.from_plugin', { plugin: from.plugin }))).join('; ')}</span></div>`,
              )}</div>`,
        ),
      })}
      ${card({
        title: t('key.advice'),
        hint: t('key.advice_text'),
        body: this.#advice.view((advice) => this.#adviceBody(advice)),
      })}
      <ak-trial .key=${key} .adopt=${(proposal) => this.#adopt(proposal)}></ak-trial>`;
  }

  #adviceBody(advice) {
    const found = advice.unused_scopes.length + advice.unused_ranges.length;
    const mayApply = found > 0 && advice.narrowing && session.may('keys:write');
    return html`${found === 0
        ? html`<p class="mb-0">${t('key.advice_none')}</p>`
        : facts([
            [t('key.unused_scopes'), advice.unused_scopes.length ? codes(advice.unused_scopes) : null],
            [t('key.unused_ranges'), advice.unused_ranges.length ? codes(advice.unused_ranges) : null],
            [t('key.seen_since'), time(advice.since)],
          ])}
      ${advice.notes.map((note) => html`<p class="text-secondary mt-2 mb-0">${note}</p>`)}
      ${mayApply ? html`<div class="mt-3">${button({ text: t('key.apply_advice'), image: 'check', click: () => this.#apply(advice) })}</div>` : nothing}`;
  }

  #secrets(key) {
    return this.#generations.view((found) => {
      const old = found.generations.filter((one) => one.generation !== key.generation && !one.retired_at);
      return html`${old.length ? hint(t(found.safe_to_retire ? 'key.safe' : 'key.not_safe'), found.safe_to_retire ? 'success' : 'warning') : nothing}
        ${card({
          title: t('key.generations'),
          hint: t('key.generations_text'),
          flush: true,
          body: html`<div class="table-responsive" tabindex="0" role="region" aria-label=${t('key.generations')}>
            <table class="table table-vcenter card-table table-stacking"><caption class="visually-hidden">${t('key.generations')}</caption>
              <thead><tr>${['number', 'prefix', 'made', 'ends', 'calls', 'last', 'state'].map((name) => html`<th scope="col">${t(`generation.${name}`)}</th>`)}</tr></thead>
              <tbody>${found.generations.map((one) => this.#generation(key, one))}</tbody></table></div>`,
        })}`;
    });
  }

  #generation(key, one) {
    const present = one.generation === key.generation;
    return html`<tr>
      <td data-label=${t('generation.number')} class="cell-main">${one.generation}</td>
      <td data-label=${t('generation.prefix')}>${code(`${one.key_prefix}…`)}</td>
      <td data-label=${t('generation.made')}>${time(one.created_at)}</td>
      <td data-label=${t('generation.ends')}>${one.expires_at ? html`${time(one.expires_at)}` : t('keys.no_end')}</td>
      <td data-label=${t('generation.calls')}>${number(one.request_count)}</td>
      <td data-label=${t('generation.last')}>${timeAgo(one.last_used_at)}</td>
      <td data-label=${t('generation.state')}>${one.retired_at
        ? html`<span class="text-secondary">${t('generation.retired')}</span>`
        : present
          ? badge('generation', 'present', 'green')
          : session.may('keys:write')
            ? button({ text: t('generation.retire'), kind: 'btn-sm', click: () => this.#retire(key, one) })
            : badge('generation', 'old', 'yellow')}</td>
    </tr>`;
  }

  async #done(text) {
    toast(text);
    await this.#reload();
  }

  async #rotate(key) {
    const shown = new Shown(this.#key);
    const rotated = await dialog({
      title: t('key.rotate'),
      action: t('key.rotate'),
      body: ({ error }) => html`${shown.view(different)}<p>${t('key.rotate_text')}</p>
        ${field({ name: 'overlap', title: t('key.overlap'), type: 'select', value: 'PT24H', help: t('key.overlap_text'), error: error('overlap'), options: OVERLAPS.map((one) => [one, one === 'PT0S' ? t('key.no_overlap') : duration(one)]) })}`,
      submit: async ({ overlap }) => (await shown.send(({ etag }) => api.post(`${this.#path}/rotate`, { overlap }, { ifMatch: etag }))).data,
    });
    if (rotated) {
      await secretDialog({ title: t('key.new_secret'), key: rotated, until: rotated.previous_key_expires_at });
      await this.#reload();
    }
  }

  async #renew(key) {
    const shown = new Shown(this.#key);
    const answer = await dialog({
      title: t('key.renew'),
      action: t('key.renew'),
      body: ({ error }) => html`${shown.view(different)}<p>${t('key.renew_text')}</p>
        ${field({ name: 'expires_at', title: t('key.new_end'), type: 'datetime-local', required: true, value: toLocalInput(key.expires_at), error: error('expires_at') })}`,
      submit: ({ expires_at: end }) => shown.send(({ etag }) => api.post(`${this.#path}/renew`, { expires_at: fromLocalInput(end) }, { ifMatch: etag })),
    });
    await this.#settled(answer, t('key.renewed'));
  }

  /** A change was made, or a request for it was opened. */
  async #settled(answer, text) {
    if (answer?.status === 202) {
      toast(t('key.asked'));
      router.go(`/requests/${answer.data.id}`);
    } else if (answer) {
      await this.#done(text);
    }
  }

  async #activate(key) {
    const shown = new Shown(this.#key);
    const active = !key.is_active;
    const answer = await dialog({
      title: t(active ? 'key.activate' : 'key.deactivate'),
      action: t(active ? 'key.activate' : 'key.deactivate'),
      body: () => html`${shown.view(different)}<p class="mb-0">${t(active ? 'key.activate_text' : 'key.deactivate_text', { name: key.name })}</p>`,
      submit: () => shown.send(({ etag }) => api.put(this.#path, { is_active: active }, { ifMatch: etag })),
    });
    await this.#settled(answer, t(active ? 'key.activated' : 'key.deactivated'));
  }

  async #revoke(key) {
    const shown = new Shown(this.#key);
    const done = await dialog({
      title: t('key.revoke'),
      action: t('key.revoke'),
      kind: 'btn-danger',
      body: ({ error }) => html`${shown.view(different)}<p>${t('key.revoke_text', { name: key.name })}</p>
        ${field({ name: 'reason', title: t('key.reason'), max: 500, error: error('reason') })}`,
      submit: ({ reason }) => shown.send(({ etag }) => api.post(`${this.#path}/revoke`, { reason: reason || null }, { ifMatch: etag })),
    });
    if (done) {
      await this.#done(t('key.revoked'));
    }
  }

  async #reveal(key) {
    const revealed = await dialog({
      title: t('key.reveal'),
      action: t('key.reveal'),
      body: () => html`<p class="mb-0">${t('key.reveal_text')}</p>`,
      submit: async () => (await api.post(`${this.#path}/reveal`)).data,
    });
    if (revealed) {
      await secretDialog({ title: key.name, key: revealed, again: true });
    }
  }

  async #retire(key, generation) {
    const done = await confirm({
      title: t('generation.retire'),
      text: t('generation.retire_text', { n: generation.generation, calls: generation.request_count }),
      action: t('generation.retire'),
      submit: () => api.post(`${this.#path}/generations/${generation.generation}/retire`),
    });
    if (done) {
      await this.#done(t('generation.done'));
    }
  }

  async #adopt(proposal) {
    const shown = new Shown(this.#key);
    const answer = await dialog({
      title: t('trial.adopt'),
      action: t('trial.adopt'),
      body: () => html`${shown.view(different)}<p class="mb-0">${t('trial.adopt_text')}</p>`,
      submit: () => shown.send(({ etag }) => api.put(this.#path, proposal, { ifMatch: etag })),
    });
    await this.#settled(answer, t('change.saved'));
  }

  async #apply(advice) {
    const shown = new Shown(this.#key);
    const done = await dialog({
      title: t('key.apply_advice'),
      action: t('key.apply_advice'),
      body: () => html`${shown.view(different)}<p class="mb-0">${t('key.apply_text', { n: advice.unused_scopes.length + advice.unused_ranges.length })}</p>`,
      submit: () => shown.send(({ etag }) => api.post(`${this.#path}/advice/apply`, {}, { ifMatch: etag })),
    });
    if (done) {
      await this.#done(t('key.narrowed'));
    }
  }
}

define('page-key', Key);
