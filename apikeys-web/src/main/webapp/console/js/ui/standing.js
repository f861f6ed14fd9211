// How much is in use of the limits of a key that are no windows: open calls, bytes of the day, resources, credits.
import { html, nothing } from '../lit.js';
import { bytes, number } from '../format.js';
import { t } from '../text.js';
import { code, meter } from './parts.js';
import { timeAgo } from './time.js';

/** Whether a key has any limit, as `/usage` tells of it. */
export const isLimited = ({ windows, concurrent, bytes_per_day: day, resources, credits }) =>
  [windows, resources].some((list) => list?.length) || [concurrent, day, credits].some(Boolean);

const line = (name, { used, limit, reset_at: resets }, shown = number) => html`<div class="mb-3">
  <div class="d-flex justify-content-between gap-2"><strong>${name}</strong>${resets ? html`<span class="text-secondary">${t('limits.resets')} ${timeAgo(resets)}</span>` : nothing}</div>
  ${meter(limit ? used / limit : 1, t('limits.used', { n: shown(used), limit: shown(limit) }))}</div>`;

/** What is beside the windows. */
export const besideWindows = ({ concurrent, bytes_per_day: day, resources, credits }) => html`
  ${concurrent ? line(t('limits.open'), concurrent) : nothing}
  ${day ? line(t('limits.bytes_per_day'), day, bytes) : nothing}
  ${(resources ?? []).map((one) => line(code(one.meter), one))}
  ${credits
    ? html`<div class="mb-3 d-flex justify-content-between gap-2"><strong>${t('key.credits', { n: credits.balance })}</strong>${credits.refill_at
        ? html`<span class="text-secondary">${t('limits.refill')} ${timeAgo(credits.refill_at)}</span>` : nothing}</div>`
    : nothing}`;
