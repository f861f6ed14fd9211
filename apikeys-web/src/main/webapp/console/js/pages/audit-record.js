// One record, what it changed, and its proof: fetched from the server, reckoned here.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { saveBlob, utc } from '../format.js';
import { base64, canHash, climb, isSigned, leafHash, readCheckpoint, readVerifierKey } from '../merkle.js';
import { href } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, code, facts, hint, pageHead, problemBox, spinner } from '../ui/parts.js';
import { icon } from '../ui/icons.js';
import { time } from '../ui/time.js';
import { Problem } from '../api.js';
import '../ui/copy.js';

const SIGNED_WITHIN_MS = 3_000;
const shown = (value) => (value === null || value === undefined ? html`<span class="text-secondary">${t('common.none')}</span>` : typeof value === 'object' ? JSON.stringify(value) : String(value));

class AuditRecord extends Page {
  static properties = { proof: { state: true }, checking: { state: true }, failure: { state: true } };

  #record = new Loader(this, async () => (await api.get(`/api/v1/audit/events/${encodeURIComponent(this.params.sequence)}`)).data);

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('record.title', { sequence: this.params.sequence });
    this.#record.run();
  }

  /** Fetches bytes, proof, checkpoint and key, and checks that each follows from the one before. */
  async #check() {
    this.checking = true;
    this.failure = null;
    try {
      this.proof = await this.#prove();
    } catch (failure) {
      this.failure = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', title: t('record.broken'), detail: failure.message });
    } finally {
      this.checking = false;
    }
  }

  async #prove() {
    const sequence = Number(this.params.sequence);
    const response = await api.raw(`/api/v1/audit/events/${sequence}/leaf`);
    const leaf = new Uint8Array(await response.arrayBuffer());
    const checkpoint = await this.#checkpointOver(sequence);
    const { data } = await api.get('/api/v1/audit/proof/inclusion', { leaf: sequence - 1, size: checkpoint.size });
    const verifier = readVerifierKey(await (await api.raw('/api/v1/audit/public-key')).text());
    const hash = await leafHash(leaf);
    const { steps, root } = await climb(hash, sequence - 1, checkpoint.size, data.hashes);
    return {
      leaf,
      hash: base64(hash),
      sameHash: base64(hash) === this.#record.value.leaf_hash,
      steps,
      root,
      sameRoot: root === checkpoint.root,
      checkpoint,
      signed: await isSigned(checkpoint, verifier),
      verifier,
    };
  }

  /** The latest checkpoint, when it covers the record; a new record is covered in a second or two. */
  async #checkpointOver(sequence) {
    const end = Date.now() + SIGNED_WITHIN_MS;
    for (;;) {
      const checkpoint = readCheckpoint(await (await api.raw('/api/v1/audit/checkpoint')).text());
      if (checkpoint.size >= sequence) {
        return checkpoint;
      }
      if (Date.now() > end) {
        throw new Error(t('record.unsigned'));
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  render() {
    const above = html`<a href=${href('/audit')}>${t('audit.nav')}</a>`;
    return html`${pageHead({ title: t('record.title', { sequence: this.params.sequence }), above })}
      ${this.#record.view((record) => html`<div class="stack">${this.#what(record)}${this.#changes(record)}${this.#proofCard()}</div>`)}`;
  }

  #what(record) {
    const { actor, target } = record;
    return card({
      title: html`${code(record.action)} ${badge('outcome', record.outcome)}`,
      body: facts([
        [t('audit.time'), html`${time(record.time)} <span class="text-secondary small">${utc(record.time)}</span>`],
        [t('audit.actor'), html`<a href=${href('/audit', { actor: actor.id ?? actor.name })}>${actor.name ?? t('audit.unknown')}</a> <span class="text-secondary">${label('actor', actor.type)}</span>`],
        [t('record.how'), actor.auth],
        [t('record.ip'), actor.ip],
        [t('record.agent'), actor.user_agent],
        [t('audit.target'), target?.id ? html`<a href=${href('/audit', { target: `${target.type}:${target.id}` })}>${target.name ?? target.id}</a> <span class="text-secondary">${target.type} ${target.id}</span>` : target?.type],
        [t('record.reason'), record.reason],
        [t('record.count'), record.count > 1 ? record.count : null],
        [t('record.organization'), record.organization_id],
        [t('record.request'), record.request_id],
        [t('record.id'), record.id],
      ]),
    });
  }

  #changes(record) {
    const entries = Object.entries(record.changes ?? {});
    return entries.length === 0
      ? nothing
      : card({
          title: t('record.changes'),
          flush: true,
          body: html`<div class="table-responsive" tabindex="0" role="region" aria-label=${t('record.changes')}><table class="table table-vcenter card-table table-stacking">
            <caption class="visually-hidden">${t('record.changes')}</caption>
            <thead><tr><th scope="col">${t('record.field')}</th><th scope="col">${t('record.before')}</th><th scope="col">${t('record.after')}</th></tr></thead>
            <tbody>${entries.map(([name, [before, after]]) => html`<tr><th scope="row">${code(name)}</th><td data-label=${t('record.before')}>${shown(before)}</td><td data-label=${t('record.after')}>${shown(after)}</td></tr>`)}</tbody>
          </table></div>`,
        });
  }

  #proofCard() {
    return card({
      title: t('record.proof'),
      hint: t('record.proof_text'),
      actions: canHash() ? button({ text: t('record.check'), kind: 'btn-primary', image: 'shield', busy: this.checking, click: () => this.#check() }) : nothing,
      body: !canHash()
        ? hint(t('record.insecure'), 'warning')
        : this.failure
          ? problemBox(this.failure, () => this.#check())
          : this.checking && !this.proof
            ? spinner(t('record.checking'))
            : this.proof
              ? this.#verdict(this.proof)
              : html`<p class="text-secondary mb-0">${t('record.unchecked')}</p>`,
    });
  }

  #verdict(proof) {
    const sound = proof.sameHash && proof.sameRoot && proof.signed !== false;
    const words = !sound ? 'record.unsound' : proof.signed === null ? 'record.sound_unsigned' : 'record.sound';
    const step = (holds, title, body) => html`<li class="proof-step">
      <span class="proof-mark ${holds === false ? 'proof-bad' : holds === null ? 'proof-open' : 'proof-good'}">${icon(holds === false ? 'x' : holds === null ? 'help' : 'check')}</span>
      <div><strong>${title}</strong><span class="visually-hidden"> ${t(holds === false ? 'record.fails' : holds === null ? 'record.open' : 'record.holds')}</span>
        <div>${body}</div></div></li>`;
    return html`${hint(t(words), sound ? (proof.signed === null ? 'warning' : 'success') : 'danger')}
      <ol class="proof" data-sound=${String(sound && proof.signed === true)}>
        ${step(proof.sameHash, t('record.step_leaf', { n: proof.leaf.length }), html`<code class="small">${proof.hash}</code>
          <div class="btn-list mt-1">${button({ text: t('record.bytes'), kind: 'btn-sm', image: 'download', click: () => saveBlob(`record-${this.params.sequence}.bin`, new Blob([proof.leaf])) })}</div>`)}
        ${step(true, t('record.step_climb', { n: proof.steps.length }), this.#path(proof.steps))}
        ${step(proof.sameRoot, t('record.step_root', { size: proof.checkpoint.size }), html`<code class="small">${proof.root}</code>`)}
        ${step(proof.signed, t(proof.signed === null ? 'record.step_no_signature' : 'record.step_signature', { name: proof.verifier.name }), html`<code class="small">${proof.verifier.name}+${proof.verifier.id}</code>`)}
      </ol>
      <p class="text-secondary mb-0">${t('record.trust')}</p>`;
  }

  #path(steps) {
    return steps.length === 0
      ? html`<p class="mb-0 text-secondary">${t('record.only')}</p>`
      : html`<details><summary>${t('record.show_path')}</summary>
          <ol class="small mb-0">${steps.map((each) => html`<li>${t(`record.${each.side}`)} <code>${each.sibling}</code> ${t('record.becomes')} <code>${each.hash}</code></li>`)}</ol></details>`;
  }
}

define('page-audit-record', AuditRecord);
