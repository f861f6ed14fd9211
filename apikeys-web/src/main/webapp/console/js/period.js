// Periods that end now, as pages offer them: "the last 7 days".
import { duration } from './format.js';
import { t } from './text.js';

const HOURS = { PT1H: 1, PT24H: 24, P7D: 168, P30D: 720, P90D: 2_160, P1Y: 8_760 };
const HOUR_MS = 3_600_000;

/** The one that is shown when the address names none. */
export const STANDARD_PERIOD = 'P7D';

/** The periods of these names, for a select. */
export const periods = (names = Object.keys(HOURS)) => names.map((name) => [name, t('analytics.last', { time: duration(name) })]);

/** What the API is asked for a period: its ends, and the reader's time zone. */
export function lastPeriod(name) {
  const to = new Date();
  const from = new Date(to.getTime() - (HOURS[name] ?? HOURS[STANDARD_PERIOD]) * HOUR_MS);
  return { from: from.toISOString(), to: to.toISOString(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
}
