// Numbers, times and durations as people read them.
import { LANGUAGE, t } from './text.js';

const numbers = new Intl.NumberFormat(LANGUAGE);
const signedNumbers = new Intl.NumberFormat(LANGUAGE, { signDisplay: 'exceptZero', maximumFractionDigits: 0 });
const compactNumbers = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'always' });
const dateTimes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
/** As far as the clocks of the reader and the server may be apart, what is about now may lie on either side of it. */
const CLOCKS_APART = 5;
const UNITS = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'];

export const number = (value) => numbers.format(value);
export const compact = (value) => compactNumbers.format(value);
/** With its sign: +13, -7, and 0 for what comes to nothing. */
export const signed = (value) => signedNumbers.format(value);
export const percent = (share) => new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 1 }).format(share);

export function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${numbers.format(Number(size.toPrecision(3)))} ${units[unit]}`;
}

/** In the reader's zone. */
export const dateTime = (iso) => dateTimes.format(new Date(iso));
export const date = (iso) => dates.format(new Date(iso));

/** As the API says it, in words: 2026-01-31 23:59:59 UTC. */
export const utc = (iso) => `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** How far away: in 3 days, in less than a minute, just now, 5 minutes ago. */
export function ago(iso, now = Date.now()) {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) {
      return relative.format(Math.trunc(seconds / size), unit);
    }
  }
  return t(seconds > CLOCKS_APART ? 'time.soon' : 'time.now');
}

/** An ISO 8601 duration in words: PT24H is 24 hours. */
export function duration(iso) {
  const found = DURATION.exec(iso ?? '');
  if (!found) {
    return iso ?? '';
  }
  return UNITS.map((unit, index) => [unit, Number(found[index + 1] ?? 0)])
    .filter(([, amount]) => amount > 0)
    .map(([unit, n]) => t(`time.${unit}`, { n }))
    .join(' ') || t('time.seconds', { n: 0 });
}

/** What an input of type datetime-local shows for an instant, and back. */
export function toLocalInput(iso) {
  if (!iso) {
    return '';
  }
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocalInput(value) {
  return value ? new Date(value).toISOString().replace(/\.\d+Z$/, 'Z') : null;
}

/** Saves text as a file of the reader's. */
export function download(name, text, type = 'text/plain') {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBlob(name, blob) {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Comma-separated values (RFC 4180); what a spreadsheet would take for a formula is defused. */
export function csv(rows) {
  const cell = (value) => {
    const text = String(value ?? '');
    const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}
