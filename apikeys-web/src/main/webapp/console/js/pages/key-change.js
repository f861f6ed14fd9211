// Changing a key: what applies at once and what needs an approval, and what past calls would have
// come to under the proposal, before it is saved.
import { define, html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { number } from '../format.js';
import { href } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, codes, facts, focusError, hint, linkButton, pageHead, problemBox } from '../ui/parts.js';
import { Preview, previewCard } from '../ui/preview.js';
import { differences, staleProblem } from '../ui/stale.js';
import { time } from '../ui/time.js';
import { toast } from '../ui/toast.js';
import { beginTrial } from '../ui/trial.js';
import { comparison } from '../ui/values.js';
import '../ui/key-form.js';

/** What can be different when somebody else has changed the key. */
const FORM = ['status', 'generation', 'name', 'description', 'type', 'scopes', 'permission_sets', 'restrictions', 'rate_limits', 'expires_at', 'rotation', 'tags', 'owner', 'metadata', 'resource_limits', 'credits', 'not_before'];

const asProblem = (failure) => (failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message }));

class KeyChange extends Page {
  static properties = { problem: { state: true }, busy: { state: true }, replay: { state: true }, replaying: { state: true } };

  #key = new Loader(this, async () => {
    const [key, catalogue] = await Promise.all([api.get(this.#path), api.get('/api/v1/api-keys/scopes')]);
    return { key: key.data, etag: key.etag, catalogue: catalogue.data };
  });
  #preview = new Preview(this);
  /** What the form shows instead of the key's: what was changed in it before the key was found changed by somebody else. */
  #kept = {};
  #shown = null;
  /** What somebody else changed meanwhile: {field: [before, after]}. */
  #meanwhile = null;

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('key.change');
    this.#key.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#preview.stop();
  }

  get #path() {
    return `/api/v1/api-keys/${encodeURIComponent(this.params.id)}`;
  }

  /** Only what differs: what is absent stays as it is. */
  #changes() {
    const { key } = this.#key.value;
    const given = this.querySelector('ak-key-form').read();
    const same = (name) => JSON.stringify(normal(given[name])) === JSON.stringify(normal(key[name]));
    return Object.fromEntries(Object.entries(given).filter(([name]) => !same(name)));
  }

  #edited = () => {
    this.replay = null;
    this.#preview.ask(() => ({ kind: 'change', key_id: this.params.id, ...this.#changes() }));
  };

  async #submit(event) {
    event.preventDefault();
    let changes = {};
    this.busy = true;
    this.problem = null;
    try {
      changes = this.#changes();
      if (Object.keys(changes).length === 0) {
        toast(t('change.nothing'), 'info');
        return;
      }
      const { status, data } = await api.put(this.#path, changes, { ifMatch: this.#key.value.etag });
      toast(t(status === 202 ? 'key.asked' : 'change.saved'));
      this.goOn(status === 202 ? `/requests/${data.id}` : `/keys/${this.params.id}`);
    } catch (failure) {
      this.problem = failure instanceof Problem && failure.isStale ? await this.#again(changes) : asProblem(failure);
      await this.updateComplete;
      focusError(this);
    } finally {
      this.busy = false;
    }
  }

  /** Loads the key that somebody else has changed; what this person changed stays in the form. */
  async #again(changes) {
    const before = this.#key.value.key;
    await this.#key.run();
    if (this.#key.problem) {
      return this.#key.problem;
    }
    const now = this.#key.value.key;
    this.#meanwhile = differences(before, now, FORM);
    this.#kept = changes;
    return staleProblem(t('stale.form_text'));
  }

  async #dryRun() {
    this.replaying = true;
    try {
      const { scopes, permission_sets: sets, restrictions, rate_limits: limits } = this.querySelector('ak-key-form').read();
      const body = { scopes, permission_sets: sets, restrictions, ...(limits ? { rate_limits: limits } : {}) };
      this.replay = (await api.post(`${this.#path}/replay`, body)).data;
      this.problem = null;
    } catch (failure) {
      this.problem = asProblem(failure);
    } finally {
      this.replaying = false;
    }
  }

  async #try() {
    let changes;
    try {
      changes = this.#changes();
    } catch (failure) {
      this.problem = asProblem(failure);
      return;
    }
    const { scopes, permission_sets: sets, restrictions } = changes;
    const proposal = JSON.parse(JSON.stringify({ scopes, permission_sets: sets, restrictions }));
    if (Object.keys(proposal).length === 0) {
      toast(t('trial.nothing'), 'info');
    } else if (await beginTrial(this.#path, proposal)) {
      toast(t('trial.begun'));
      this.goOn(`/keys/${this.params.id}?tab=permissions`);
    }
  }

  render() {
    return this.whole(this.#key, ({ key, catalogue }) => html`${pageHead({
        title: t('change.of', { name: key.name }),
        above: html`<a href=${href('/keys')}>${t('keys.nav')}</a> / <a href=${href(`/keys/${key.key_id}`)}>${key.key_id}</a>`,
        below: t('change.text'),
      })}
      <form novalidate @input=${() => this.typed()} @submit=${(event) => this.#submit(event)}>
        <div class="with-aside">
          <div class="stack">
            <ak-key-form ?emergency=${key.type === 'emergency'} .key=${this.#inForm(key)} .catalogue=${catalogue} .problem=${this.problem} @edit=${this.#edited}></ak-key-form>
            ${this.problem ? problemBox(this.problem) : nothing}
            ${this.problem?.isStale && this.#meanwhile ? card({ title: t('stale.title'), flush: true, body: comparison(this.#meanwhile, { words: 'stale' }) }) : nothing}
            <div class="btn-list">
              ${button({ text: t('common.save'), type: 'submit', kind: 'btn-primary', busy: this.busy })}
              ${linkButton({ text: t('common.cancel'), to: href(`/keys/${key.key_id}`) })}
            </div>
          </div>
          <aside class="stack sticky" aria-label=${t('preview.title')}>
            ${previewCard(this.#preview, { change: true })}
            ${card({
              title: t('replay.title'),
              body: html`<p class="text-secondary">${t('replay.text')}</p>
                ${button({ text: t('replay.run'), image: 'refresh', busy: this.replaying, click: () => this.#dryRun() })}
                ${button({ text: t('trial.begin'), image: 'clock', click: () => this.#try() })}
                <div role="status">${this.replay ? this.#report(this.replay) : nothing}</div>`,
            })}
          </aside>
        </div>
      </form>`);
  }

  /** The same object for the same key, so that the form keeps what is typed. */
  #inForm(key) {
    if (this.#shown?.of !== key || this.#shown.kept !== this.#kept) {
      this.#shown = { of: key, kept: this.#kept, value: { ...key, ...this.#kept } };
    }
    return this.#shown.value;
  }

  #report(report) {
    return html`<div class="mt-3">
      ${report.replayed ? hint(t('replay.refused', { refused: number(report.refused), n: report.replayed }), report.refused ? 'warning' : 'success') : hint(t('replay.no_calls'))}
      ${facts([
        [t('replay.since'), time(report.since)],
        [t('replay.by_code'), Object.keys(report.by_code).length ? html`${Object.entries(report.by_code).map(([word, n]) => html`<div>${badge('decision', word, word === 'VALID' ? 'green' : 'red')} ${number(n)}</div>`)}` : null],
        [t('replay.scopes_lost'), report.scopes_lost.length ? codes(report.scopes_lost) : null],
      ])}
      ${report.examples.length ? html`<h3 class="mt-3">${t('replay.examples')}</h3><ul class="ps-3 mb-0">${report.examples.slice(0, 5).map((one) => html`<li>${time(one.at)}: ${label('decision', one.code)}${one.ip ? `, ${one.ip}` : ''}${one.endpoint ? `, ${one.endpoint}` : ''}</li>`)}</ul>` : nothing}
      ${report.notes.map((note) => html`<p class="text-secondary small mt-2 mb-0">${note}</p>`)}
    </div>`;
  }
}

/** Alike for comparing: an absent list, an empty one, and lists in another order are the same. */
function normal(value) {
  if (Array.isArray(value)) {
    return [...value].sort();
  }
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.keys(value).sort().filter((name) => value[name] !== null).map((name) => [name, normal(value[name])]));
  }
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) {
    return value.slice(0, 16); // to the minute, as the form has it
  }
  return value ?? null;
}

define('page-key-change', KeyChange);
