// What the log commits itself to: the signed checkpoint, whether an earlier one still holds, and the
// server's own check of every record.
import { define, html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { download, number } from '../format.js';
import { canHash, isExtension, isSigned, readCheckpoint, readVerifierKey } from '../merkle.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, facts, field, hint, pageHead, problemBox, values } from '../ui/parts.js';
import '../ui/copy.js';

const VERIFY_PATIENCE_MS = 600_000;

class Checkpoints extends Page {
  static properties = { compared: { state: true }, comparing: { state: true }, problem: { state: true }, kept: { state: true } };

  #latest = new Loader(this, async () => {
    const note = await (await api.raw('/api/v1/audit/checkpoint')).text();
    const key = (await (await api.raw('/api/v1/audit/public-key')).text()).trim();
    const checkpoint = readCheckpoint(note);
    return { note, key, checkpoint, signed: canHash() ? await isSigned(checkpoint, readVerifierKey(key)) : null };
  });

  #whole = new Loader(this, async () => (await api.post('/api/v1/audit/verify', undefined, { patience: VERIFY_PATIENCE_MS })).data);

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('checkpoints.title');
    this.#latest.run();
  }

  async #compare(event) {
    event.preventDefault();
    this.kept = values(event.currentTarget).kept;
    this.comparing = true;
    this.compared = null;
    this.problem = null;
    try {
      this.compared = await this.#holds(`${this.kept}\n`);
    } catch (failure) {
      this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', title: t('checkpoints.unreadable'), detail: t('checkpoints.unreadable_text') });
    } finally {
      this.comparing = false;
    }
  }

  async #holds(note) {
    const { checkpoint: latest, key } = this.#latest.value;
    const earlier = readCheckpoint(note);
    if (!Number.isSafeInteger(earlier.size) || !earlier.root || earlier.signatures.length === 0) {
      throw new Error('no checkpoint');
    }
    if ((await isSigned(earlier, readVerifierKey(key))) === false) {
      return { outcome: 'forged', from: earlier.size, to: latest.size };
    }
    if (earlier.size > latest.size) {
      return { outcome: 'shorter', from: earlier.size, to: latest.size };
    }
    const { data } = await api.get('/api/v1/audit/proof/consistency', { from: earlier.size, to: latest.size });
    const holds = await isExtension(earlier.size, latest.size, earlier.root, latest.root, data.hashes);
    return { outcome: holds ? 'holds' : 'broken', from: earlier.size, to: latest.size };
  }

  render() {
    return html`${pageHead({ title: t('checkpoints.title'), below: t('checkpoints.below') })}
      <div class="stack">
        ${card({
          title: t('checkpoints.latest'),
          actions: button({ text: t('checkpoints.refresh'), image: 'refresh', busy: this.#latest.busy, click: () => this.#latest.run() }),
          body: this.#latest.view((latest) => this.#note(latest)),
        })}
        ${card({ title: t('checkpoints.compare'), hint: t('checkpoints.compare_text'), body: this.#form() })}
        ${session.isOfDefaultOrganization ? card({
          title: t('checkpoints.whole'),
          hint: t('checkpoints.whole_text'),
          actions: button({ text: t('checkpoints.run'), busy: this.#whole.busy, click: () => this.#whole.run() }),
          body: this.#whole.value || this.#whole.problem || this.#whole.busy ? this.#whole.view((result) => this.#result(result)) : html`<p class="text-secondary mb-0">${t('checkpoints.not_run')}</p>`,
        }) : nothing}
      </div>`;
  }

  #note({ note, key, checkpoint, signed }) {
    return html`${facts([
        [t('checkpoints.origin'), checkpoint.origin],
        [t('checkpoints.size'), number(checkpoint.size)],
        [t('checkpoints.signature'), signed === null ? badge('checkpoints', 'unchecked', 'secondary') : badge('checkpoints', signed ? 'signed' : 'unsigned', signed ? 'green' : 'red')],
      ])}
      <h3 class="mt-3">${t('checkpoints.note')}</h3>
      <pre class="p-3">${note}</pre>
      <div class="btn-list">
        ${button({ text: t('checkpoints.keep'), kind: 'btn-primary', image: 'download', click: () => download(`checkpoint-${checkpoint.size}.txt`, note) })}
        <ak-copy wide .text=${note}></ak-copy>
      </div>
      <h3 class="mt-4">${t('checkpoints.key')}</h3>
      <p class="text-secondary">${t('checkpoints.key_text')}</p>
      <div class="d-flex align-items-center gap-2"><code class="text-break">${key}</code><ak-copy .text=${key} label=${t('checkpoints.key')}></ak-copy></div>`;
  }

  #form() {
    if (!canHash()) {
      return hint(t('record.insecure'), 'warning');
    }
    const { compared } = this;
    const kind = { holds: 'success', shorter: 'danger', broken: 'danger', forged: 'danger' }[compared?.outcome];
    return html`<form @submit=${(event) => this.#compare(event)}>
      ${field({ name: 'kept', title: t('checkpoints.kept'), type: 'textarea', rows: 5, mono: true, required: true, value: this.kept ?? '', placeholder: 'apikeys.local/audit\n20\n…' })}
      ${button({ text: t('checkpoints.do_compare'), kind: 'btn-primary', type: 'submit', busy: this.comparing, disabled: !this.#latest.value })}
    </form>
    <div class="mt-3" role="status">
      ${this.problem ? problemBox(this.problem) : compared ? hint(t(`checkpoints.${compared.outcome}`, compared), kind) : nothing}
    </div>`;
  }

  #result(result) {
    return result.verified
      ? hint(t('checkpoints.verified', { n: result.size }), 'success')
      : hint(t('checkpoints.bad', { sequence: String(result.first_bad_sequence) }), 'danger');
  }
}

define('page-checkpoints', Checkpoints);
