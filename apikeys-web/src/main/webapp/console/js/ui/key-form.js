// The fields of a key in a form: for a new one, and for the change of one.
import { View, define, html, live, nothing } from '../lit.js';
import { duration, fromLocalInput, toLocalInput } from '../format.js';
import { label, t } from '../text.js';
import { ENVIRONMENTS, TYPES, options } from '../words.js';
import { badge, card, field, lines, values } from './parts.js';

const WINDOWS = ['per_second', 'per_minute', 'per_hour', 'per_day'];
const ROTATIONS = ['', 'P30D', 'P90D', 'P180D', 'P1Y'];
const OVERLAPS = ['', 'PT0S', 'PT1H', 'PT24H', 'P7D', 'P30D'];
/** A choice that somebody made by the API is one more. */
const including = (all, present) => (all.includes(present) ? all : [...all, present]);
const LISTS = { 'ip.allow': 'restrictions.ip.allow', 'ip.deny': 'restrictions.ip.deny', referrers: 'restrictions.referrers' };

/** Errors of the API by the names of the form: a list's error may name its element. */
export function errorOf(problem, name) {
  const path = LISTS[name] ?? name;
  return (problem?.errors ?? [])
    .filter((error) => error.field === path || error.field.startsWith(`${path}[`) || error.field.startsWith(`${path}.`))
    .map((error) => error.message)
    .join('; ');
}

/**
 * <ak-key-form .key=${…} .catalogue=${…} .problem=${…} ?fresh>: fields inside of the page's form. Fires
 * `edit` at each change; read() answers the body for the API.
 */
class KeyForm extends View {
  static properties = {
    key: { attribute: false },
    catalogue: { attribute: false },
    problem: { attribute: false },
    fresh: { type: Boolean },
    emergency: { type: Boolean },
    type: { state: true },
    search: { state: true },
    chosen: { state: true },
  };

  constructor() {
    super();
    this.search = '';
    this.chosen = new Set();
  }

  willUpdate(changed) {
    if (changed.has('key')) {
      this.chosen = new Set([...(this.key?.scopes ?? []), ...(this.key?.permission_sets ?? []).map((set) => `set:${set}`)]);
      this.type = this.key?.type ?? 'service';
    }
  }

  /** What the form holds, as the API takes it. */
  read() {
    const given = values(this.closest('form'));
    const scopes = [...this.chosen].filter((one) => !one.startsWith('set:'));
    const sets = [...this.chosen].filter((one) => one.startsWith('set:')).map((one) => one.slice(4));
    const body = {
      name: given.name,
      description: given.description || null,
      type: this.type,
      scopes,
      permission_sets: sets,
      restrictions: { ip: { allow: lines(given['ip.allow']), deny: lines(given['ip.deny']) }, referrers: lines(given.referrers) },
      expires_at: fromLocalInput(given.expires_at),
      tags: lines(given.tags),
      rotation: given.rotation ? { every: given.rotation, overlap: given['rotation.overlap'] || null } : null,
    };
    const limits = this.#limits(given);
    if (limits) {
      body.rate_limits = limits;
    }
    if (this.fresh) {
      body.environment = given.environment;
      body.publishable = given.publishable;
    }
    return body;
  }

  /** The windows that are filled in, beside the key's other limits; without any, its type's defaults take their place. */
  #limits(given) {
    const requests = Object.fromEntries(WINDOWS.map((name) => [name, given[name]]).filter(([, value]) => value !== null && value !== undefined));
    const isEmpty = Object.keys(requests).length === 0;
    if (this.key?.unlimited || (isEmpty && (this.fresh || !this.key.rate_limits?.requests))) {
      return null;
    }
    return { ...(this.fresh ? {} : this.key.rate_limits), requests };
  }

  #edit = () => this.dispatchEvent(new Event('edit'));

  render() {
    const key = this.key ?? {};
    const ip = key.restrictions?.ip ?? {};
    const error = (name) => errorOf(this.problem, name);
    const requests = key.rate_limits?.requests ?? (this.fresh ? { per_minute: 100, per_hour: 1000, per_day: 10000 } : {});
    return html`<div class="stack" @input=${this.#edit} @change=${this.#edit}>
      ${card({
        title: t('form.what'),
        body: html`${field({ name: 'name', title: t('keys.name'), value: key.name, required: true, max: 100, help: t('form.name_help'), error: error('name') })}
          ${field({ name: 'description', title: t('field.description'), value: key.description ?? '', max: 500, error: error('description') })}
          <div class="columns columns-small">
            ${this.emergency
              ? html`<div class="mb-3"><div class="form-label">${t('keys.type')}</div>${label('type', 'emergency')}</div>`
              : field({
                  name: 'type', title: t('keys.type'), type: 'select', value: this.type, error: error('type'), help: label('type_help', this.type),
                  options: options('type', TYPES.filter((type) => type !== 'emergency')), onChange: (event) => { this.type = event.target.value; },
                })}
            ${this.fresh ? field({ name: 'environment', title: t('keys.environment'), type: 'select', value: key.environment ?? 'development', options: options('environment', ENVIRONMENTS), help: t('form.environment_help'), error: error('environment') }) : nothing}
          </div>
          ${field({ name: 'tags', title: t('field.tags'), value: (key.tags ?? []).join(', '), help: t('form.commas'), error: error('tags') })}`,
      })}
      ${card({ title: t('form.scopes'), hint: t('form.scopes_text'), body: this.#scopes(error('scopes') || error('permission_sets')) })}
      ${card({
        title: t('form.where'),
        hint: t('form.where_text'),
        body: html`${field({ name: 'ip.allow', title: t('key.allowed_addresses'), type: 'textarea', rows: 2, mono: true, value: (ip.allow ?? []).join('\n'), placeholder: '203.0.113.0/24', help: t('form.addresses_help'), error: error('ip.allow') })}
          ${field({ name: 'ip.deny', title: t('key.denied_addresses'), type: 'textarea', rows: 2, mono: true, value: (ip.deny ?? []).join('\n'), error: error('ip.deny') })}
          ${field({ name: 'referrers', title: t('key.referrers'), type: 'textarea', rows: 2, mono: true, value: (key.restrictions?.referrers ?? []).join('\n'), placeholder: 'https://*.example.com/*', help: t('form.referrers_help'), error: error('referrers') })}
          ${this.fresh ? field({ name: 'publishable', title: t('form.publishable'), type: 'checkbox', value: key.publishable, help: t('form.publishable_help'), error: error('publishable') }) : nothing}`,
      })}
      ${card({
        title: t('form.how_much'),
        hint: t('form.how_much_text'),
        body: key.unlimited
          ? html`<p class="mb-0">${t('common.unlimited')}</p>`
          : html`<div class="tiles tiles-small">${WINDOWS.map((name) => field({ name, title: t(`form.${name}`), type: 'number', min: 1, value: requests[name] ?? '', error: error(`rate_limits.requests.${name}`) }))}</div>
            ${error('rate_limits') && !WINDOWS.some((name) => error(`rate_limits.requests.${name}`)) ? html`<div class="invalid-feedback d-block">${error('rate_limits')}</div>` : nothing}`,
      })}
      ${card({
        title: t('form.how_long'),
        body: html`<div class="columns columns-small">
          ${field({ name: 'expires_at', title: t('keys.expires'), type: 'datetime-local', value: toLocalInput(key.expires_at), help: t('form.expires_help'), error: error('expires_at') })}
          ${field({ name: 'rotation', title: t('field.rotation'), type: 'select', value: key.rotation?.every ?? '', help: t('form.rotation_help'), error: error('rotation'), options: including(ROTATIONS, key.rotation?.every ?? '').map((every) => [every, every ? label('every', every) : t('form.no_rotation')]) })}
          ${field({ name: 'rotation.overlap', title: t('form.rotation_overlap'), type: 'select', value: key.rotation?.overlap ?? '', help: t('form.rotation_overlap_help'), error: error('rotation.overlap'), options: including(OVERLAPS, key.rotation?.overlap ?? '').map((one) => [one, this.#overlap(one)]) })}
        </div>`,
      })}
    </div>`;
  }

  #overlap(one) {
    return one === '' ? t('form.no_rotation_overlap') : one === 'PT0S' ? t('key.no_overlap') : duration(one);
  }

  #scopes(error) {
    const sought = this.search.toLowerCase();
    const matches = (one) => !sought || one.name.toLowerCase().includes(sought) || one.description.toLowerCase().includes(sought);
    const sets = this.catalogue.permission_sets.filter(matches);
    const scopes = this.catalogue.scopes.filter(matches);
    const plugins = [...new Set(scopes.map((one) => one.plugin))];
    return html`${error ? html`<div class="invalid-feedback d-block mb-2" aria-invalid="true" tabindex="-1">${error}</div>` : nothing}
      <div class="mb-3"><label class="form-label" for="scope-search">${t('form.search_scopes')}</label>
        <input id="scope-search" class="form-control" type="search" autocomplete="off" .value=${live(this.search)}
          @input=${(event) => { event.stopPropagation(); this.search = event.target.value; }} @keydown=${(event) => { if (event.key === 'Enter') event.preventDefault(); }}></div>
      <p class="text-secondary" role="status">${t('form.chosen', { n: this.chosen.size })}</p>
      ${sets.length ? this.#group(t('field.permission_sets'), sets.map((set) => ({ ...set, key: `set:${set.name}` }))) : nothing}
      ${plugins.map((plugin) => this.#group(t('form.of_plugin', { plugin }), scopes.filter((one) => one.plugin === plugin).map((one) => ({ ...one, key: one.name }))))}
      ${sets.length + scopes.length === 0 ? html`<p class="text-secondary">${t('table.nothing_found')}</p>` : nothing}`;
  }

  /** Open while something in it is chosen or found; the chosen ones are counted. */
  #group(title, members) {
    const chosen = members.filter((one) => this.chosen.has(one.key)).length;
    return html`<details class="scope-group" ?open=${Boolean(this.search) || chosen > 0}>
      <summary>${title} <span class="text-secondary">(${chosen ? t('form.chosen_of', { chosen, n: members.length }) : members.length})</span></summary>
      <div class="scope-list">${members.map((one) => this.#choice(one.key, one.name, one.description, one.risk))}</div>
    </details>`;
  }

  #choice(key, name, description, risk) {
    return html`<label class="choice"><input class="form-check-input" type="checkbox" .checked=${live(this.chosen.has(key))} @change=${(event) => this.#choose(key, event.target.checked)}>
      <span class="choice-text"><code>${name}</code> ${risk && risk !== 'low' ? badge('risk', risk) : nothing}<span class="d-block text-secondary small">${description}</span></span></label>`;
  }

  #choose(key, chosen) {
    const next = new Set(this.chosen);
    if (chosen) {
      next.add(key);
    } else {
      next.delete(key);
    }
    this.chosen = next;
  }
}

define('ak-key-form', KeyForm);
