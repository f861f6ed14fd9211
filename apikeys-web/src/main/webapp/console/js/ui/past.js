// A key's past: its versions, and what it could do at an instant.
import { View, define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { fromLocalInput, toLocalInput } from '../format.js';
import { t } from '../text.js';
import { Loader } from './loader.js';
import { badge, button, card, codes, empty, facts, field, hint } from './parts.js';
import { time } from './time.js';
import { comparison } from './values.js';

const VERSIONS_SHOWN = 100;

class Past extends View {
  static properties = { key: { attribute: false } };

  #versions = new Loader(this, async () => (await api.get(this.#path, { size: VERSIONS_SHOWN })).data);
  #then = new Loader(this, async () => (await api.get(this.#path, { at: this.#at })).data.versions[0] ?? null);
  #at = null;

  get #path() {
    return `/api/v1/api-keys/${encodeURIComponent(this.key.key_id)}/history`;
  }

  willUpdate(changed) {
    if (changed.has('key')) {
      this.#versions.run();
    }
  }

  render() {
    return html`<div class="stack">${this.#instant()}
      ${this.#versions.view(({ versions, total }) => html`
        ${versions.map((version, index) => this.#version(version, versions[index + 1]))}
        ${total > versions.length ? hint(t('past.more', { shown: versions.length, n: total })) : nothing}`)}</div>`;
  }

  #instant() {
    return card({
      title: t('past.then'),
      hint: t('past.then_text'),
      body: html`
        <form class="mb-3" @submit=${(event) => this.#ask(event)}>
          <div class="row"><div class="col-auto">${field({ name: 'at', title: t('past.at'), type: 'datetime-local', value: toLocalInput(this.#at), required: true })}</div></div>
          ${button({ text: t('past.show'), type: 'submit', busy: this.#then.busy })}
        </form>
        ${this.#at ? this.#then.view((found) => (found ? this.#found(found) : empty({ title: t('past.not_there'), text: t('past.not_there_text'), image: 'clock' }))) : nothing}`,
    });
  }

  #ask(event) {
    event.preventDefault();
    this.#at = fromLocalInput(new FormData(event.target).get('at'));
    this.#then.run();
  }

  #found(version) {
    return html`${facts([
      [t('past.state'), badge('status', version.status)],
      [t('past.scopes'), version.effective_scopes.length ? codes(version.effective_scopes) : t('key.may_nothing')],
      [t('past.by_version'), html`${t('key.version', { n: version.version })} (${time(version.at)})`],
      [t('past.approved_by'), version.approved_by?.length ? version.approved_by.join(', ') : t('past.nobody')],
    ])}
    ${version.warnings.map((warning) => hint(warning, 'warning'))}`;
  }

  #version(version, before) {
    const changes = before ? between(before, version) : {};
    const changed = Object.keys(changes).length > 0;
    return card({
      title: t('key.version', { n: version.version }),
      hint: html`${time(version.at)} · ${t('key.by', { name: version.by })}${version.approved_by?.length ? html` · ${t('key.approved_by', { names: version.approved_by.join(', ') })}` : nothing}`,
      actions: badge('status', version.status),
      flush: changed,
      body: changed ? comparison(changes, { words: 'past' }) : this.#unchanged(version, before),
    });
  }

  #unchanged(version, before) {
    if (before) {
      return t('key.same_version');
    }
    return version.version === 1 ? t('key.first_version') : t('past.before_unknown');
  }
}

/** What differs between two versions: {field: [before, after]}. */
function between(before, after) {
  const changes = {};
  if (before.status !== after.status) {
    changes.status = [before.status, after.status];
  }
  for (const name of new Set([...Object.keys(before.configuration), ...Object.keys(after.configuration)])) {
    const pair = [before.configuration[name] ?? null, after.configuration[name] ?? null];
    if (JSON.stringify(pair[0]) !== JSON.stringify(pair[1])) {
      changes[name] = pair;
    }
  }
  return changes;
}

define('ak-past', Past);
