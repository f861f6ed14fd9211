// What pages are put together from: plain functions that answer templates.
import { html, nothing } from '../lit.js';
import { Problem, ROOT } from '../api.js';
import { label, t } from '../text.js';
import { icon } from './icons.js';

/** The head of a page: where one is, what it is, and what can be done here. */
export const pageHead = ({ title, above = nothing, below = nothing, actions = nothing }) => html`
  <header class="page-head">
    <div class="page-head-title">
      ${above === nothing ? nothing : html`<div class="page-pretitle">${above}</div>`}
      <h1 class="page-title" tabindex="-1">${title}</h1>
      ${below === nothing ? nothing : html`<div class="text-secondary mt-1">${below}</div>`}
    </div>
    ${actions === nothing ? nothing : html`<div class="page-head-actions">${actions}</div>`}
  </header>`;

/** A box with a heading; body is a template. Set flush when the body brings its own edges, as a table does. */
export function card({ title, hint = nothing, actions = nothing, body, flush = false, level = 2 }) {
  const heading = level === 3 ? html`<h3 class="card-title">${title}</h3>` : html`<h2 class="card-title">${title}</h2>`;
  return html`<section class="card">
    ${title
      ? html`<div class="card-header">
          <div>${heading}${hint === nothing ? nothing : html`<p class="card-subtitle mb-0 mt-1">${hint}</p>`}</div>
          ${actions === nothing ? nothing : html`<div class="card-actions">${actions}</div>`}
        </div>`
      : nothing}
    ${flush ? body : html`<div class="card-body">${body}</div>`}
  </section>`;
}

const COLOURS = {
  green: ['active', 'approved', 'fulfilled', 'success', 'confirmed', 'enabled', 'delivered', 'up', 'resolved', 'VALID', 'passed', 'low', 'UP', 'open_campaign'],
  yellow: ['pending', 'inactive', 'staging', 'medium', 'acknowledged', 'silent', 'escalated', 'tightened', 'warning', 'skipped'],
  red: ['revoked', 'rejected', 'denied', 'error', 'quarantined', 'dead', 'failed', 'high', 'critical', 'raised', 'DOWN', 'emergency'],
  azure: ['production', 'new_key', 'claimable', 'info'],
};
const COLOUR_OF = Object.fromEntries(Object.entries(COLOURS).flatMap(([colour, values]) => values.map((value) => [value, colour])));

/** A value of the API, such as a status, in its word and colour; colour never says it alone. */
export const badge = (group, value, colour = COLOUR_OF[value] ?? 'secondary') =>
  html`<span class="badge bg-${colour}-lt">${label(group, value)}</span>`;

/** A scope, a tag, an address: as it is spelled. */
export const code = (text) => html`<code class="chip">${text}</code>`;
export const codes = (list, none = t('common.none')) =>
  list?.length ? html`<span class="chips">${list.map(code)}</span>` : html`<span class="text-secondary">${none}</span>`;

/** Names and values; a value that is null or undefined is left out. */
export const facts = (entries) => html`<dl class="facts">
  ${entries
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>`;

export const spinner = (text = t('common.loading')) => html`<div class="state" role="status">
  <div class="spinner-border text-secondary" aria-hidden="true"></div><p class="text-secondary mt-2 mb-0">${text}</p>
</div>`;

/** Nothing there: says why, and what to do about it. */
export const empty = ({ title, text = nothing, action = nothing, image = 'inbox' }) => html`<div class="state">
  <div class="state-icon">${icon(image)}</div>
  <p class="state-title">${title}</p>
  ${text === nothing ? nothing : html`<p class="text-secondary">${text}</p>`}
  ${action === nothing ? nothing : html`<div>${action}</div>`}
</div>`;

const pageOf = (problem) => (problem.type?.startsWith('/') ? ROOT + problem.type : null);

/** Whether the detail is no more than the first of the fields that are listed below it. */
const repeats = ({ detail, errors }) => Boolean(errors?.length) && Boolean(detail?.startsWith(`${errors[0].field}: ${errors[0].message}`));

/** What went wrong and the way out: the problem's page, trying again, the request to quote. */
export const problemBox = (problem, retry = null) => html`<div class="alert alert-danger" role="alert">
  <div class="alert-icon">${icon('alert')}</div>
  <div class="flex-fill">
    <p class="alert-heading h4 mb-1">${problem.title ?? t('problem.title')}</p>
    <div class="alert-description">
      ${repeats(problem) ? nothing : problem.detail ?? problem.message}
      ${problem.retryAfter ? html` ${t('problem.retry_after', { n: problem.retryAfter })}` : nothing}
      ${problem.errors?.length
        ? html`<ul class="mb-1">${problem.errors.map((error) => html`<li><code>${error.field}</code> ${error.message}</li>`)}</ul>`
        : nothing}
      ${problem.requestId ? html`<div class="small mt-1">${t('problem.request', { id: problem.requestId })}</div>` : nothing}
    </div>
    <div class="btn-list mt-2">
      ${retry ? html`<button type="button" class="btn btn-sm" @click=${retry}>${t('common.retry')}</button>` : nothing}
      ${pageOf(problem)
        ? html`<a class="btn btn-sm btn-link px-0" href=${pageOf(problem)} target="_blank" rel="noopener">${t('problem.page', { code: problem.code })}</a>`
        : nothing}
    </div>
  </div>
</div>`;

/** Something that the reader should know here. */
export const hint = (text, kind = 'info') => html`<div class="alert alert-${kind} mb-3" role="note">
  <div class="alert-icon">${icon(kind === 'info' ? 'info' : kind === 'success' ? 'check' : 'alert')}</div>
  <div class="flex-fill">${text}</div>
</div>`;

/** Whose clock a time is given by, for who reads it on another machine. */
const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * A field of a form with its label, hint and error. The control is made of `type` (text, number,
 * textarea, select, checkbox, datetime-local, …); `options` of a select are [value, text] pairs.
 * A time says in which zone it is given. Values are read with values(form).
 */
export function field({ name, title, type = 'text', value = '', help: said = nothing, error = '', options = [], required = false, ...more }) {
  const help = type === 'datetime-local' ? html`${said === nothing ? nothing : html`${said} `}${t('common.zone', { zone: ZONE })}` : said;
  const id = `f-${name.replaceAll('.', '-')}${more.scope ?? ''}`;
  const described = [help === nothing ? '' : `${id}-help`, error ? `${id}-error` : ''].filter(Boolean).join(' ') || nothing;
  const changed = more.onChange ?? (() => {});
  const invalid = error ? 'true' : nothing;
  if (type === 'checkbox') {
    return html`<div class="mb-3"><label class="form-check mb-0">
        <input class="form-check-input" type="checkbox" id=${id} name=${name} .checked=${Boolean(value)} ?disabled=${more.disabled}
          aria-describedby=${described} @change=${changed}>
        <span class="form-check-label">${title}</span>
      </label>
      ${help === nothing ? nothing : html`<small class="form-hint" id="${id}-help">${help}</small>`}
      ${error ? html`<div class="invalid-feedback d-block" id="${id}-error">${error}</div>` : nothing}
    </div>`;
  }
  // what is spelled as it is, such as a user name, is not written large or corrected by a phone
  const spelled = more.mono || more.autocomplete === 'username';
  const css = `${type === 'select' ? 'form-select' : 'form-control'}${error ? ' is-invalid' : ''}${more.mono ? ' font-monospace' : ''}`;
  let control;
  if (type === 'select') {
    control = html`<select class=${css} id=${id} name=${name} ?required=${required} ?disabled=${more.disabled}
      aria-describedby=${described} aria-invalid=${invalid} @change=${changed}>
      ${options.map(([key, text]) => html`<option value=${key} ?selected=${String(key) === String(value)}>${text}</option>`)}
    </select>`;
  } else if (type === 'textarea') {
    control = html`<textarea class=${css} id=${id} name=${name} rows=${more.rows ?? 3} ?required=${required} maxlength=${more.max ?? nothing}
      placeholder=${more.placeholder ?? nothing} spellcheck=${spelled ? 'false' : nothing} autocapitalize=${spelled ? 'none' : nothing}
      aria-describedby=${described} aria-invalid=${invalid} .value=${value ?? ''} @input=${changed}></textarea>`;
  } else {
    control = html`<input class=${css} type=${type} id=${id} name=${name} .value=${value ?? ''} ?required=${required}
      maxlength=${more.max ?? nothing} min=${more.min ?? nothing} step=${more.step ?? nothing} placeholder=${more.placeholder ?? nothing}
      autocomplete=${more.autocomplete ?? 'off'} list=${more.list ?? nothing} ?disabled=${more.disabled} spellcheck=${spelled ? 'false' : nothing} autocapitalize=${spelled ? 'none' : nothing}
      aria-describedby=${described} aria-invalid=${invalid} @input=${changed}>`;
  }
  return html`<div class="mb-3">
    <label class="form-label ${required ? 'required' : ''}" for=${id}>${title}</label>
    ${control}
    ${error ? html`<div class="invalid-feedback d-block" id="${id}-error">${error}</div>` : nothing}
    ${help === nothing ? nothing : html`<small class="form-hint" id="${id}-help">${help}</small>`}
  </div>`;
}

/**
 * What a form holds, by the names of its fields: text trimmed but for passwords, numbers as numbers, several of one name as a list.
 * A field that is filled in halfway, such as a day without its hour, has no value for the browser: it is a Problem, and not empty.
 */
export function values(form) {
  const halfway = [...form.elements].find((control) => control.validity?.badInput);
  if (halfway) {
    throw new Problem({ code: 'CONSOLE', title: t('problem.halfway'), detail: t('problem.halfway_detail', { field: halfway.labels[0].textContent }) });
  }
  const found = {};
  for (const control of form.elements) {
    if (!control.name || control.disabled) {
      continue;
    }
    if (control.type === 'checkbox' && control.dataset.list !== undefined) {
      found[control.name] ??= [];
      if (control.checked) {
        found[control.name].push(control.value);
      }
    } else if (control.type === 'checkbox') {
      found[control.name] = control.checked;
    } else if (control.type === 'radio') {
      if (control.checked) {
        found[control.name] = control.value;
      }
    } else if (control.type === 'number') {
      found[control.name] = control.value === '' ? null : Number(control.value);
    } else if (control.type === 'password') {
      found[control.name] = control.value;
    } else {
      found[control.name] = control.value.trim();
    }
  }
  return found;
}

/** The lines or comma-separated parts of a text. */
export const lines = (text) => (text ?? '').split(/[\n,]/).map((line) => line.trim()).filter(Boolean);

/** Brings the first field with an error into view. */
export function focusError(root) {
  requestAnimationFrame(() => root.querySelector('[aria-invalid="true"], .alert-danger')?.focus?.());
}

const nothingHappens = (event) => event.preventDefault();

/** A button that is busy does nothing, and keeps the focus: for that it must not be `disabled`. */
export const button = ({ text, click = nothing, kind = '', image = null, disabled = false, busy = false, type = 'button', title = nothing }) =>
  html`<button type=${type} class="btn ${kind} ${busy ? 'disabled' : ''}" ?disabled=${disabled && !busy} aria-disabled=${busy ? 'true' : nothing}
    @click=${busy ? nothingHappens : click} title=${title}>
    ${busy ? html`<span class="spinner-border spinner-border-sm me-2" aria-hidden="true"></span>` : image ? icon(image) : nothing}${text}
  </button>`;

export const linkButton = ({ text, to, kind = '', image = null }) =>
  html`<a class="btn ${kind}" href=${to}>${image ? icon(image) : nothing}${text}</a>`;

/** A bar of a share from 0 to 1, with its words. */
export const meter = (share, text, colour = share >= 0.9 ? 'red' : share >= 0.7 ? 'yellow' : 'green') =>
  html`<div class="meter"><progress class="progress progress-${colour}" max="1" .value=${Math.min(1, share)} aria-label=${text}></progress>
    <span class="small text-secondary">${text}</span></div>`;
