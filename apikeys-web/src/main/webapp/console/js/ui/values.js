// The fields of a key as people read them, one by one and old beside new.
import { html, nothing } from '../lit.js';
import { bytes, duration, number } from '../format.js';
import { label, t } from '../text.js';
import { code, codes } from './parts.js';
import { time } from './time.js';

const none = () => html`<span class="text-secondary">${t('common.none')}</span>`;
const WINDOWS = ['per_second', 'per_minute', 'per_hour', 'per_day'];

export function limits(value) {
  if (!value) {
    return none();
  }
  if (value.unlimited) {
    return html`${t('common.unlimited')}`;
  }
  const parts = WINDOWS.filter((name) => value.requests?.[name]).map((name) => t(`limit.${name}`, { n: value.requests[name] }));
  if (value.burst?.enabled) {
    parts.push(t('limit.burst', { n: value.burst.max_burst ?? 0 }));
  }
  if (value.concurrent) {
    parts.push(t('limit.concurrent', { n: value.concurrent }));
  }
  if (value.payload_bytes) {
    parts.push(t('limit.payload', { size: bytes(value.payload_bytes) }));
  }
  const bandwidth = value.bandwidth ?? {};
  for (const name of ['upload_mbps', 'download_mbps', 'total_gb_per_day']) {
    if (bandwidth[name]) {
      parts.push(t(`limit.${name}`, { n: bandwidth[name] }));
    }
  }
  if (value.algorithm && value.algorithm !== 'fixed') {
    parts.push(label('algorithm', value.algorithm));
  }
  return parts.length ? html`<ul class="list-unstyled mb-0">${parts.map((part) => html`<li>${part}</li>`)}</ul>` : none();
}

export function restrictions(value) {
  const allow = value?.ip?.allow ?? [];
  const deny = value?.ip?.deny ?? [];
  const referrers = value?.referrers ?? [];
  if (allow.length + deny.length + referrers.length === 0) {
    return html`<span class="text-secondary">${t('key.anywhere')}</span>`;
  }
  const part = (name, list) => (list.length ? html`<div class="mb-1"><span class="text-secondary small">${name}</span> ${codes(list)}</div>` : nothing);
  return html`${part(t('key.allowed_addresses'), allow)}${part(t('key.denied_addresses'), deny)}${part(t('key.referrers'), referrers)}`;
}

const meters = (value) =>
  html`${Object.entries(value).map(([meter, { limit, window }]) => html`<div>${code(meter)} ${t('limit.meter', { n: limit, window: duration(window) })}</div>`)}`;

const credits = (value) =>
  html`${t('key.credits', { n: value.balance })}${value.refill ? html`, ${t('key.refill', { n: value.refill.amount, every: duration(value.refill.interval) })}` : nothing}`;

const rotation = (value) =>
  html`${t('key.rotation', { every: duration(value.every) })}${value.overlap ? html`, ${t('key.overlap_of', { overlap: duration(value.overlap) })}` : nothing}`;

const pairs = (value) => html`<span class="chips">${Object.entries(value).map(([name, one]) => code(`${name}: ${typeof one === 'object' ? JSON.stringify(one) : one}`))}</span>`;

const SPECIAL = {
  rate_limits: limits,
  restrictions,
  resource_limits: meters,
  credits,
  rotation,
  metadata: pairs,
  environment: (value) => label('environment', value),
  type: (value) => label('type', value),
  status: (value) => label('status', value),
};

/** The value of a field of a key. */
export function shown(name, value) {
  const isEmpty = value === null || value === undefined || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
  if (isEmpty && name !== 'restrictions') {
    return none();
  }
  if (SPECIAL[name]) {
    return SPECIAL[name](value);
  }
  if (typeof value === 'boolean') {
    return t(value ? 'common.yes' : 'common.no');
  }
  if (typeof value === 'number') {
    return number(value);
  }
  if (Array.isArray(value)) {
    return codes(value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))));
  }
  if (/_at$|^not_before$/.test(name)) {
    return html`${time(value)}`;
  }
  return typeof value === 'object' ? html`<code>${JSON.stringify(value)}</code>` : String(value);
}

/** The word for a field. */
export const fieldName = (name) => label('field', name);

const ORDER = ['name', 'description', 'type', 'environment', 'owner', 'scopes', 'permission_sets', 'restrictions', 'rate_limits', 'resource_limits', 'credits', 'expires_at', 'not_before', 'rotation'];
const rank = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

const isNothing = (value) => value === null || value === undefined || value === false || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

/**
 * What changes: {field: [before, after]}, old and new side by side; for something new (isNew), what it is to be; for
 * something that has changed already, with other words (stale, past) over the two.
 */
export function comparison(changes, { isNew = false, words = 'change' } = {}) {
  const entries = Object.entries(changes ?? {})
    .filter(([name, [before, after]]) => name !== 'rate_limit' && !(isNew && isNothing(after) && isNothing(before)))
    .sort(([one], [other]) => rank(one) - rank(other));
  return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${t('change.title')}>
    <table class="table table-vcenter card-table table-stacking"><caption class="visually-hidden">${t('change.title')}</caption>
      <thead><tr><th scope="col">${t('change.field')}</th>${isNew ? nothing : html`<th scope="col">${t(`${words}.before`)}</th>`}<th scope="col">${t(isNew ? 'change.wanted' : `${words}.after`)}</th></tr></thead>
      <tbody>${entries.map(
        ([name, [before, after]]) => html`<tr><td data-label=${t('change.field')} class="cell-main">${fieldName(name)}</td>
          ${isNew ? nothing : html`<td data-label=${t(`${words}.before`)}><span class="diff-old-cell">${shown(name, before)}</span></td>`}
          <td class=${isNew ? 'cell-plain' : ''} data-label=${isNew ? '' : t(`${words}.after`)}><span class=${isNew ? '' : 'diff-new-cell'}>${shown(name, after)}</span></td></tr>`,
      )}</tbody>
    </table></div>`;
}
