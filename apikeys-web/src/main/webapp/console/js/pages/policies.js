// What a request takes: the policies in words, as data to change, and a dry run before that.
import { define, html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { duration } from '../format.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, field, hint, pageHead, problemBox, values } from '../ui/parts.js';
import { staleProblem } from '../ui/stale.js';
import { time } from '../ui/time.js';
import { toast } from '../ui/toast.js';
import { ENVIRONMENTS, REQUEST_KINDS, ROLES, TYPES, options } from '../words.js';

const WORDS = { kinds: 'kind', types: 'type', environments: 'environment', scope_risks: 'risk', requester_roles: 'role' };
const EXAMPLE = { name: 'Example' };

/** A condition in words: Environment: Production or Staging. */
function condition([name, value]) {
  const words = Array.isArray(value) ? value.map((one) => (WORDS[name] ? label(WORDS[name], one) : one)).join(t('policies.or')) : name === 'longer_than' ? duration(value) : String(value);
  return html`<li><span class="text-secondary">${label('condition', name)}:</span> ${words}</li>`;
}

const stage = (one) =>
  html`<li>${t('policies.stage', { n: one.approvals, who: [...(one.roles ?? []).map((role) => label('role', role)), ...(one.people ?? []), ...(one.groups ?? [])].join(t('policies.or')) })}${one.several_at_once ? html`, <span class="text-secondary">${t('policies.several')}</span>` : nothing}</li>`;

class Policies extends Page {
  static properties = { text: { state: true }, problem: { state: true }, busy: { state: true }, answer: { state: true }, question: { state: true }, asked: { state: true } };

  #policies = new Loader(this, async () => {
    const { data, etag } = await api.get('/api/v1/policies');
    return { ...data, etag };
  });

  constructor() {
    super();
    this.text = null;
    this.question = JSON.stringify(EXAMPLE, null, 2);
  }

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('policies.title');
    this.#policies.run();
  }

  #edit() {
    const { policies, additions } = this.#policies.value;
    this.text = JSON.stringify({ policies, additions }, null, 2);
  }

  #close() {
    this.text = null;
    this.settled();
  }

  /** What stands in the editor, or null where nothing is being changed. */
  #proposed() {
    return this.text === null ? null : JSON.parse(this.text);
  }

  async #try(action) {
    this.busy = true;
    this.problem = null;
    try {
      await action();
    } catch (failure) {
      if (failure instanceof Problem && failure.isStale) {
        await this.#policies.run(); // shown below the editor, which keeps what was written
        this.problem = staleProblem(t('policies.stale'));
        return;
      }
      this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', title: t('policies.no_json'), detail: failure.message });
    } finally {
      this.busy = false;
    }
  }

  #save() {
    return this.#try(async () => {
      await api.put('/api/v1/policies', this.#proposed(), { ifMatch: this.#policies.value.etag });
      this.#close();
      this.answer = null; // it was of what was in force before
      toast(t('policies.saved'));
      this.#policies.run();
    });
  }

  #ask(event) {
    event.preventDefault();
    const { requester, kind, type, environment, scopes } = values(event.currentTarget);
    this.asked = { requester, kind, type, environment, scopes };
    // one is the other: an emergency key is asked for as such
    const emergency = kind === 'emergency' || type === 'emergency';
    return this.#try(async () => {
      const proposed = this.#proposed();
      const key = { name: t('policies.example'), type: emergency ? 'emergency' : type, environment, scopes: scopes.split(/[\s,]+/).filter(Boolean), justification: t('policies.example') };
      this.answer = (await api.post('/api/v1/policies/dry-run', { kind: emergency ? 'emergency' : kind, ...key, requester_roles: [requester], ...(proposed ? { proposed } : {}) })).data;
    });
  }

  render() {
    return html`${pageHead({ title: t('policies.title'), below: t('policies.below') })}
      <div class="stack">
        ${this.problem ? problemBox(this.problem) : nothing}
        ${this.#policies.view((all) => (this.text === null ? this.#shown(all) : html`${this.#editor()}${this.problem?.isStale ? this.#shown(all) : nothing}`))}
        ${card({ title: t('policies.dry_run'), hint: t(this.text === null ? 'policies.dry_run_text' : 'policies.dry_run_proposed'), body: this.#dryRun() })}
      </div>`;
  }

  #shown(all) {
    const policy = (one, addition) => html`<div class="list-group-item">
      <div class="d-flex flex-wrap justify-content-between gap-2"><strong>${one.name}</strong>
        ${addition ? badge('policies', 'adds', 'azure') : one.automatic ? badge('policies', 'automatic', 'green') : badge('policies', 'asks', 'yellow')}</div>
      <div class="text-secondary">${one.description}</div>
      <div class="columns mt-2">
        <ul class="mb-0">${Object.entries(one.when ?? {}).map(condition)}</ul>
        <ul class="mb-0">${addition ? stage(one) : (one.stages ?? []).map(stage)}
          ${one.lives ? html`<li>${t('policies.lives', { time: duration(one.lives) })}</li>` : nothing}
          ${one.remind_after ? html`<li>${t('policies.remind', { time: duration(one.remind_after) })}</li>` : nothing}
          ${one.escalate_after ? html`<li>${t('policies.escalate', { time: duration(one.escalate_after) })}</li>` : nothing}</ul>
      </div></div>`;
    return card({
      title: t('policies.in_force'),
      hint: all.version ? html`${t('policies.version', { n: all.version, who: all.changed_by })} ${time(all.changed_at)}` : t('policies.built_in'),
      actions: this.text === null ? button({ text: t('policies.change'), click: () => this.#edit() }) : nothing,
      flush: true,
      body: html`${all.warnings.length > 0
        ? html`<div class="card-body border-bottom">${hint(html`${t('policies.warnings')}<ul class="mb-0 mt-1">${all.warnings.map((one) => html`<li class="long">${one}</li>`)}</ul>`, 'warning')}</div>`
        : nothing}<div class="list-group list-group-flush">${all.policies.map((one) => policy(one, false))}${all.additions.map((one) => policy(one, true))}</div>`,
    });
  }

  #editor() {
    return card({
      title: t('policies.change'),
      hint: t('policies.change_text'),
      body: html`${field({ name: 'policies', title: t('policies.document'), type: 'textarea', rows: 24, mono: true, value: this.text, onChange: (event) => { this.text = event.target.value; this.typed(); } })}
        <div class="btn-list">${button({ text: t('common.save'), kind: 'btn-primary', busy: this.busy, click: () => this.#save() })}
          ${button({ text: t('common.cancel'), click: () => { this.#close(); this.problem = null; } })}</div>`,
    });
  }

  #verdict(answer) {
    if (answer.refused) {
      return t('policies.would_refuse');
    }
    return answer.automatic
      ? t('policies.would_pass', { policy: answer.policy })
      : t('policies.would_ask', { n: answer.required_approvals, policy: answer.policy });
  }

  #dryRun() {
    const asked = this.asked ?? { requester: 'developer', kind: 'new_key', type: 'service', environment: 'production', scopes: '' };
    const { answer } = this;
    return html`<form @submit=${(event) => this.#ask(event)}>
        <div class="fields">
          ${field({ name: 'requester', title: t('policies.requester'), type: 'select', value: asked.requester, options: options('role', ROLES) })}
          ${field({ name: 'kind', title: t('policies.kind'), type: 'select', value: asked.kind, options: options('kind', ['new_key', 'emergency'].filter((kind) => REQUEST_KINDS.includes(kind))) })}
          ${field({ name: 'type', title: t('keys.type'), type: 'select', value: asked.type, options: options('type', TYPES) })}
          ${field({ name: 'environment', title: t('keys.environment'), type: 'select', value: asked.environment, options: options('environment', ENVIRONMENTS) })}
        </div>
        ${field({ name: 'scopes', title: t('policies.scopes'), value: asked.scopes, help: t('policies.scopes_help'), placeholder: 'agents:read, deployments:write' })}
        ${button({ text: t('policies.ask'), kind: 'btn-primary', type: 'submit', busy: this.busy })}
      </form>
      <div class="mt-3" role="status">${answer
        ? html`${hint(this.#verdict(answer), answer.automatic ? 'success' : answer.refused ? 'warning' : 'info')}
            <ul>${(answer.stages ?? []).map(stage)}${(answer.additions ?? []).map((one) => html`<li>${t('policies.added', { name: one.name ?? one })}</li>`)}</ul>
            ${answer.risk ? html`<p class="mb-1"><strong>${t('policies.risk', { n: answer.risk.score })}</strong></p><ul class="mb-0">${answer.risk.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : nothing}`
        : nothing}</div>`;
  }
}

define('page-policies', Policies);
