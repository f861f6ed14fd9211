// Why a call would be refused, check by check: verify with explain, which takes nothing from any limit.
import { define, html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { duration } from '../format.js';
import { href } from '../router.js';
import { label, t } from '../text.js';
import { Page } from '../ui/page.js';
import { badge, button, card, codes, empty, facts, field, hint, pageHead, problemBox, values } from '../ui/parts.js';
import { ENVIRONMENTS, options } from '../words.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What was filled in; what was left empty is not sent. */
function call({ scopes, key, ...given }) {
  const filled = Object.fromEntries(Object.entries({ ...given, key: key.trim() }).filter(([, value]) => value !== '' && value !== null));
  return { ...filled, ...(scopes ? { scopes } : {}), explain: true };
}

class Checker extends Page {
  static properties = { answer: { state: true }, problem: { state: true }, busy: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('checker.title');
  }

  async #check(event) {
    event.preventDefault();
    this.busy = true;
    this.problem = null;
    const given = values(event.currentTarget);
    try {
      this.answer = (await api.post('/api/v1/api-keys/verify', call(given))).data;
    } catch (failure) {
      this.answer = null;
      this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
    } finally {
      this.busy = false;
    }
  }

  render() {
    const error = (name) => this.problem?.field(name) ?? '';
    return html`${pageHead({ title: t('checker.title'), below: t('checker.below') })}
      <div class="columns">
        ${card({
          title: t('checker.call'),
          body: html`<form @submit=${(event) => this.#check(event)}>
            ${this.problem && !this.problem.errors?.length ? problemBox(this.problem) : nothing}
            ${field({ name: 'key', title: t('checker.key'), type: 'password', required: true, max: 256, autocomplete: 'off', error: error('key'), help: t('checker.key_help') })}
            ${field({ name: 'scopes', title: t('checker.scopes'), max: 1000, error: error('scopes'), placeholder: 'agents:read and (deployments:write or deployments:admin)' })}
            ${field({ name: 'resource', title: t('checker.resource'), max: 200, error: error('resource'), placeholder: 'projects/42' })}
            <div class="fields">
              ${field({ name: 'ip', title: t('checker.ip'), max: 45, error: error('ip'), placeholder: '203.0.113.9' })}
              ${field({ name: 'environment', title: t('keys.environment'), type: 'select', value: '', options: [['', t('checker.any')], ...options('environment', ENVIRONMENTS)], error: error('environment') })}
              ${field({ name: 'method', title: t('checker.method'), type: 'select', value: 'GET', options: METHODS.map((method) => [method, method]) })}
              ${field({ name: 'bytes_in', title: t('checker.bytes'), type: 'number', min: 0, error: error('bytes_in') })}
            </div>
            ${field({ name: 'endpoint', title: t('checker.endpoint'), max: 500, error: error('endpoint'), placeholder: '/agents' })}
            ${field({ name: 'referrer', title: t('checker.referrer'), max: 2000, error: error('referrer'), placeholder: 'https://app.example.com/' })}
            ${button({ text: t('checker.check'), kind: 'btn-primary', type: 'submit', busy: this.busy })}
          </form>`,
        })}
        ${card({ title: t('checker.answer'), body: html`<div role="status">${this.answer ? this.#decision(this.answer) : empty({ title: t('checker.none'), text: t('checker.none_text'), image: 'shield' })}</div>` })}
      </div>`;
  }

  #decision({ valid, code, status, key, rate_limit: limit, checks = [] }) {
    return html`${hint(html`<strong>${code}</strong> · ${status} · ${label('verdict', code)}`, valid ? 'success' : 'danger')}
      ${key
        ? facts([
            [t('checker.whose'), html`<a href=${href(`/keys/${key.key_id}`)}>${key.name}</a>`],
            [t('keys.owner'), key.owner],
            [t('keys.environment'), label('environment', key.environment)],
            [t('checker.holds'), codes(key.scopes)],
            [t('checker.left'), limit ? t('checker.left_of', { n: limit.remaining, limit: limit.limit, window: duration(limit.window) }) : null],
          ])
        : nothing}
      <ol class="proof mt-3">${checks.map((check) => html`<li class="proof-step">
        ${badge('check_outcome', check.outcome)}
        <div><strong>${label('decision_check', check.check)}</strong>${check.detail ? html`<div class="text-secondary">${check.detail}</div>` : nothing}</div></li>`)}</ol>`;
  }
}

define('page-checker', Checker);
