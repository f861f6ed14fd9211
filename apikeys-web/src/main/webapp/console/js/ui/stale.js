// What somebody else has changed while a person was looking at it: it is shown anew, with what is different, and the
// person decides again. What was typed stays.
import { html, nothing } from '../lit.js';
import { Problem } from '../api.js';
import { t } from '../text.js';
import { comparison } from './values.js';

/** In place of the server's words about a precondition. */
export const staleProblem = (detail = t('stale.text')) => new Problem({ status: 412, code: 'PRECONDITION_FAILED', title: t('stale.title'), detail, type: '/problems/PRECONDITION_FAILED' });

/**
 * For a dialog about what a loader holds. send() makes a call about what the dialog has shown, and about nothing newer;
 * when that is out of date, it is loaded and shown. view(different) shows what is different now, in the dialog's body:
 * different(before, now) answers {field: [before, after]}.
 */
export class Shown {
  #loader;
  #before = null;

  constructor(loader) {
    this.#loader = loader;
    this.value = loader.value;
  }

  async send(call) {
    try {
      return await call(this.value);
    } catch (failure) {
      if (!(failure instanceof Problem) || !failure.isStale) {
        throw failure;
      }
      await this.#loader.run();
      if (this.#loader.problem) {
        throw this.#loader.problem;
      }
      this.#before = this.value;
      this.value = this.#loader.value;
      throw staleProblem();
    }
  }

  view(different) {
    if (!this.#before) {
      return nothing;
    }
    const changes = different(this.#before, this.value);
    return Object.keys(changes).length ? html`<div class="mb-3">${comparison(changes, { words: 'stale' })}</div>` : html`<p>${t('stale.same')}</p>`;
  }
}

/** What differs between two objects in the fields of these names. */
export function differences(before, after, names) {
  const changes = {};
  for (const name of names) {
    const pair = [before[name] ?? null, after[name] ?? null];
    if (JSON.stringify(pair[0]) !== JSON.stringify(pair[1])) {
      changes[name] = pair;
    }
  }
  return changes;
}
