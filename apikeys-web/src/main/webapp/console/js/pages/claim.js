// The claim: the one moment in which the secret of an approved key is seen, by its requester alone.
import { define, html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { href, router } from '../router.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, empty, hint, linkButton, pageHead, problemBox } from '../ui/parts.js';
import { secretView } from '../ui/secret.js';
import { staleProblem } from '../ui/stale.js';
import '../ui/copy.js';

class Claim extends Page {
  static properties = { problem: { state: true }, busy: { state: true }, claimed: { state: true }, stored: { state: true } };

  #request = new Loader(this, () => api.get(this.#path));
  #release = () => {};

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('claim.title');
    this.#request.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#release();
    this.claimed = null;
  }

  get #path() {
    return `/api/v1/key-requests/${encodeURIComponent(this.params.id)}`;
  }

  /** Nobody leaves unasked from here on; null: everybody may. */
  #hold(why) {
    this.#release();
    this.#release = why ? router.hold(why) : () => {};
  }

  async #claim() {
    this.busy = true;
    this.problem = null;
    this.#hold(t('leave.busy'));
    try {
      const { data } = await api.post(`${this.#path}/claim`, {}, { ifMatch: this.#request.value.etag });
      this.#hold(data.key && !data.publishable ? t('leave.once') : null);
      this.claimed = data;
    } catch (failure) {
      this.#hold(null);
      this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
      const stale = this.problem.isStale;
      if (stale || this.problem.status === 409) {
        await this.#request.run(); // the page shows how it stands now
        this.problem = stale ? staleProblem(t('claim.changed')) : this.problem;
      }
    } finally {
      this.busy = false;
    }
  }

  render() {
    return this.whole(this.#request, ({ data: request }) => html`${pageHead({
        title: t('claim.title'),
        above: html`<a href=${href('/requests')}>${t('requests.nav')}</a> / <a href=${href(`/requests/${request.id}`)}>${t('request.number', { id: String(request.id) })}</a>`,
        below: html`${request.subject} ${this.claimed ? nothing : badge('status', request.status)}`,
      })}
      ${this.problem ? problemBox(this.problem) : nothing}
      ${this.claimed ? this.#shown() : this.#offer(request)}`);
  }

  #offer(request) {
    const claimable = !request.claimed_at && (request.status === 'approved' || (request.kind === 'emergency' && request.status === 'pending'));
    if (claimable && request.requested_by !== session.person.owner) {
      return html`<section class="card">${empty({
        title: t('claim.not_yours', { name: request.requested_by }),
        text: t('claim.not_yours_text'),
        image: 'lock',
        action: linkButton({ text: t('claim.to_request'), to: href(`/requests/${request.id}`) }),
      })}</section>`;
    }
    if (!claimable) {
      return html`<section class="card">${empty({
        title: t(request.claimed_at ? 'claim.claimed' : 'claim.not_yet'),
        text: t(request.claimed_at ? 'claim.claimed_text' : 'claim.not_yet_text'),
        image: request.claimed_at ? 'check' : 'clock',
        action: linkButton({ text: t('claim.to_request'), to: href(`/requests/${request.id}`) }),
      })}</section>`;
    }
    return card({
      title: t('claim.ready'),
      body: html`<p>${t('claim.ready_text')}</p>${button({ text: t('claim.show'), kind: 'btn-primary', image: 'key', busy: this.busy, click: () => this.#claim() })}`,
    });
  }

  #done() {
    this.#hold(null);
    this.stored = true;
    this.claimed = { ...this.claimed, key: null };
  }

  #shown() {
    const key = this.claimed;
    const to = href(`/keys/${key.key_id}`);
    if (this.stored || !key.key) {
      return html`<section class="card">${empty({
        title: t(key.sealed_key ? 'claim.sealed' : 'claim.done'),
        text: t(key.sealed_key ? 'claim.sealed_text' : 'claim.done_text', { key: key.key_id }),
        image: 'check',
        action: html`${key.sealed_key ? html`<pre>${key.sealed_key}</pre>` : nothing}${linkButton({ text: t('claim.to_key'), to, kind: 'btn-primary' })}`,
      })}</section>`;
    }
    return html`<div class="stack">${key.publishable ? nothing : hint(t('claim.now'), 'warning')}
      ${card({
        title: key.name,
        body: html`${secretView(key)}<div class="btn-list mt-3">${button({ text: t('secret.stored'), kind: 'btn-primary', image: 'check', click: () => this.#done() })}</div>`,
      })}</div>`;
  }
}

define('page-claim', Claim);
