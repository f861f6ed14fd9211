// One request: what, who, why, how risky, old and new side by side; and deciding about it.
import { define, html, nothing, repeat } from '../lit.js';
import { api } from '../api.js';
import { fromLocalInput, toLocalInput } from '../format.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { dialog } from '../ui/dialog.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, code, facts, field, hint, lines, linkButton, pageHead } from '../ui/parts.js';
import { riskView, stagesView } from '../ui/preview.js';
import { Shown, differences } from '../ui/stale.js';
import { time, timeAgo } from '../ui/time.js';
import { toast } from '../ui/toast.js';
import { comparison } from '../ui/values.js';

/** What a person would want to know of before they decide again: what is asked for, and how far it is. */
function different({ data: before }, { data: now }) {
  const names = new Set([...Object.keys(before.wanted ?? {}), ...Object.keys(now.wanted ?? {})]);
  const talk = (request) => ({
    approvals: request.approvals.filter((one) => one.counts).map((one) => one.by),
    comments: request.comments.map((one) => `${one.by}: ${one.text}`),
  });
  return {
    ...differences(before, now, ['status', 'justification']),
    ...differences(before.wanted ?? {}, now.wanted ?? {}, names),
    ...differences(talk(before), talk(now), ['approvals', 'comments']),
    ...differences(before, now, ['digest']),
  };
}

/** Whether this person's approval counts already: nobody counts twice, in person or through a delegate. */
const hasApproved = (request) =>
  request.approvals.some((one) => one.counts && [one.by, one.on_behalf_of, ...one.held_by].includes(session.person.owner));

class Request extends Page {
  #request = new Loader(this, () => api.get(this.#path));

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('request.number', { id: this.params.id });
    this.#load();
  }

  async #load() {
    await this.#request.run();
    if (this.#request.value) {
      this.heading = this.#request.value.data.subject;
    }
  }

  get #path() {
    return `/api/v1/key-requests/${encodeURIComponent(this.params.id)}`;
  }

  render() {
    return this.whole(this.#request, ({ data: request }) => {
      const isNew = ['new_key', 'emergency'].includes(request.kind);
      return html`${pageHead({
          title: request.subject,
          above: html`<a href=${href('/requests')}>${t('requests.nav')}</a> / ${t('request.number', { id: String(request.id) })}`,
          below: html`${badge('status', request.status)} ${badge('kind', request.kind)}`,
          actions: this.#actions(request),
        })}
        ${this.#next(request)}
        <div class="with-aside">
          <div class="stack">
            ${card({
              title: t('request.why'),
              body: html`<blockquote class="mb-2">${request.justification ?? html`<span class="text-secondary">${t('request.no_reason')}</span>`}</blockquote>
                ${request.user_address ? html`<p class="mb-2">${t('request.replaces', { address: request.user_address })}</p>` : nothing}
                <p class="text-secondary mb-0">${t('request.by', { name: request.requested_by })}, ${timeAgo(request.created_at)}</p>`,
            })}
            ${card({ title: t(isNew ? 'request.wanted' : 'request.changes'), hint: isNew ? nothing : t('request.changes_text'), flush: true, body: comparison(request.changes, { isNew }) })}
            ${request.overrides.map((one) => card({ title: t('request.narrowed', { name: one.by }), hint: time(one.at), flush: true, body: comparison(one.changes) }))}
            ${this.#talk(request)}
          </div>
          <aside class="stack" aria-label=${t('request.about')}>
            ${card({ title: t('preview.risk'), body: riskView(request.risk) })}
            ${card({ title: t('request.approvals'), body: this.#approvals(request) })}
            ${card({
              title: t('request.about'),
              body: facts([
                [t('request.key'), request.key_id ? html`<a href=${href(`/keys/${request.key_id}`)}>${request.key_id}</a>` : null],
                [t('request.policy'), request.policy],
                [t('request.expires'), request.status === 'pending' ? html`${time(request.expires_at)} (${timeAgo(request.expires_at)})` : null],
                [t('request.decided'), request.decided_at ? html`${request.decided_by ?? t('request.system')}, ${time(request.decided_at)}` : null],
                [t('request.reason'), request.reason],
                [t('request.escalated'), request.escalated_at ? time(request.escalated_at) : null],
                [t('request.digest'), html`<code class="small">${request.digest.slice(0, 16)}…</code>`],
              ]),
            })}
          </aside>
        </div>`;
    });
  }

  /** What happens next, and when. */
  #next(request) {
    const own = request.requested_by === session.person.owner;
    if (this.#isClaimable(request) && own) {
      return hint(html`${t('request.claim_text')} ${linkButton({ text: t('request.claim'), to: href(`/requests/${request.id}/claim`), kind: 'btn-primary btn-sm ms-2' })}`, 'success');
    }
    const text = {
      pending: () => `${hasApproved(request) ? `${t('request.approved_by_you')} ` : ''}${t('request.next_pending', { n: request.required_approvals - request.approvals.filter((one) => one.counts).length })}`,
      approved: () => t('request.next_approved', { name: request.requested_by }),
      rejected: () => t('request.next_rejected', { reason: request.reason ?? '' }),
      expired: () => t('request.next_expired'),
    }[request.status]?.();
    return text ? hint(text, request.status === 'rejected' || request.status === 'expired' ? 'warning' : 'info') : nothing;
  }

  #isClaimable(request) {
    return ['new_key', 'emergency'].includes(request.kind) && !request.claimed_at && (request.status === 'approved' || (request.kind === 'emergency' && request.status === 'pending'));
  }

  #actions(request) {
    const own = request.requested_by === session.person.owner;
    if (request.status !== 'pending' && !(own && this.#isClaimable(request))) {
      return nothing;
    }
    if (own) {
      return session.may('requests:write') ? button({ text: t('request.cancel'), click: () => this.#cancel() }) : nothing;
    }
    if (!session.may('requests:approve')) {
      return nothing;
    }
    const counted = hasApproved(request);
    return html`
      ${counted ? nothing : button({ text: t('request.delegate'), click: () => this.#delegate() })}
      ${button({ text: t('request.narrow'), click: () => this.#narrow() })}
      ${button({ text: t('request.reject'), kind: 'btn-danger', click: () => this.#reject() })}
      ${counted ? nothing : button({ text: t('request.approve'), kind: 'btn-primary', image: 'check', click: () => this.#approve() })}`;
  }

  #approvals(request) {
    const counting = request.approvals;
    return html`${request.stages.length ? stagesView(request.stages) : html`<p class="mb-0">${t('request.automatic')}</p>`}
      ${counting.length ? html`<ul class="list-unstyled mt-3 mb-0">${counting.map(
        (one) => html`<li class="mb-2"><strong>${one.by}</strong>${one.on_behalf_of ? ` ${t('request.for', { name: one.on_behalf_of })}` : ''}, ${timeAgo(one.at)}
          ${one.counts ? nothing : badge('request', 'outdated', 'yellow')}
          ${one.comment ? html`<div class="text-secondary">${one.comment}</div>` : nothing}</li>`,
      )}</ul>` : nothing}
      ${request.delegations.length ? html`<h3 class="mt-3">${t('request.delegations')}</h3><ul class="list-unstyled mb-0">${request.delegations.map((one) => html`<li>${t('request.delegated', { from: one.from, to: one.to })} ${time(one.until)}</li>`)}</ul>` : nothing}`;
  }

  #talk(request) {
    return card({
      title: t('request.comments'),
      body: html`${request.comments.length
          ? html`<ul class="list-unstyled">${request.comments.map((one) => html`<li class="mb-3"><strong>${one.by}</strong> <span class="text-secondary">${timeAgo(one.at)}</span><div>${one.text}</div></li>`)}</ul>`
          : html`<p class="text-secondary">${t('request.no_comments')}</p>`}
        ${session.may('requests:write', 'requests:approve') ? button({ text: t('request.comment'), click: () => this.#comment() }) : nothing}`,
    });
  }

  async #done(result, text) {
    if (result) {
      toast(text);
      dispatchEvent(new Event('notices'));
      await this.#load();
    }
  }

  async #approve() {
    const shown = new Shown(this.#request);
    const done = await dialog({
      title: t('request.approve'),
      action: t('request.approve'),
      body: ({ error }) => html`${shown.view(different)}<p>${t('request.approve_text')}</p><p>${code(`${shown.value.data.digest.slice(0, 16)}…`)}</p>
        ${field({ name: 'comment', title: t('request.comment_title'), type: 'textarea', max: 1000, error: error('comment') })}`,
      submit: ({ comment }) => shown.send(({ data, etag }) => api.post(`${this.#path}/approve`, { digest: data.digest, ...(comment ? { comment } : {}) }, { ifMatch: etag })),
    });
    await this.#done(done, t('request.approved'));
  }

  async #narrow() {
    const shown = new Shown(this.#request);
    const done = await dialog({
      title: t('request.narrow'),
      action: t('request.approve_narrowed'),
      wide: true,
      body: ({ error }) => html`${shown.view(different)}<p>${t('request.narrow_text')}</p>${this.#narrower(shown.value.data.wanted, error)}`,
      submit: (given) => shown.send(({ data, etag }) => this.#approveNarrowed(data, etag, given)),
    });
    await this.#done(done, t('request.approved'));
  }

  #narrower(wanted, error) {
    const ip = wanted.restrictions?.ip ?? {};
    const perMinute = wanted.rate_limits?.requests?.per_minute ?? null;
    return html`<fieldset class="mb-3"><legend class="form-label">${t('field.scopes')}</legend>
          ${repeat(wanted.scopes, (scope) => scope, (scope) => html`<label class="form-check"><input class="form-check-input" type="checkbox" name="scopes" data-list value=${scope} checked><span class="form-check-label"><code>${scope}</code></span></label>`)}
          ${error('overrides.scopes') || error('scopes') ? html`<div class="invalid-feedback d-block">${error('overrides.scopes') || error('scopes')}</div>` : nothing}</fieldset>
        ${field({ name: 'allow', title: t('key.allowed_addresses'), type: 'textarea', rows: 2, mono: true, value: (ip.allow ?? []).join('\n'), help: t('form.addresses_help'), error: error('overrides.restrictions') || error('restrictions') })}
        ${perMinute === null ? nothing : field({ name: 'per_minute', title: t('form.per_minute'), type: 'number', min: 1, value: perMinute, error: error('overrides.rate_limits') || error('rate_limits') })}
        ${field({ name: 'expires_at', title: t('keys.expires'), type: 'datetime-local', value: toLocalInput(wanted.expires_at), error: error('overrides.expires_at') || error('expires_at') })}
        ${field({ name: 'comment', title: t('request.comment_title'), max: 1000 })}`;
  }

  #approveNarrowed(request, etag, given) {
    const { wanted } = request;
    const overrides = {};
    if (given.scopes.length !== wanted.scopes.length) {
      overrides.scopes = given.scopes;
    }
    const allow = lines(given.allow);
    if (JSON.stringify(allow) !== JSON.stringify(wanted.restrictions?.ip?.allow ?? [])) {
      overrides.restrictions = { ...wanted.restrictions, ip: { allow, deny: wanted.restrictions?.ip?.deny ?? [] } };
    }
    const requests = wanted.rate_limits?.requests;
    if (given.per_minute && given.per_minute !== requests?.per_minute) {
      overrides.rate_limits = { ...wanted.rate_limits, requests: { ...requests, per_minute: given.per_minute } };
    }
    if (given.expires_at && given.expires_at !== toLocalInput(wanted.expires_at)) {
      overrides.expires_at = fromLocalInput(given.expires_at);
    }
    const body = { digest: request.digest, ...(given.comment ? { comment: given.comment } : {}), ...(Object.keys(overrides).length ? { overrides } : {}) };
    return api.post(`${this.#path}/approve`, body, { ifMatch: etag });
  }

  async #reject() {
    const shown = new Shown(this.#request);
    const done = await dialog({
      title: t('request.reject'),
      action: t('request.reject'),
      kind: 'btn-danger',
      body: ({ error }) => html`${shown.view(different)}<p>${t('request.reject_text')}</p>
        ${field({ name: 'reason', title: t('request.reason'), type: 'textarea', required: true, max: 1000, error: error('reason') })}`,
      submit: ({ reason }) => shown.send(({ etag }) => api.post(`${this.#path}/reject`, { reason }, { ifMatch: etag })),
    });
    await this.#done(done, t('request.rejected'));
  }

  async #delegate() {
    const shown = new Shown(this.#request);
    const done = await dialog({
      title: t('request.delegate'),
      action: t('request.delegate'),
      body: ({ error }) => html`${shown.view(different)}<p>${t('request.delegate_text')}</p>
        ${field({ name: 'to', title: t('request.delegate_to'), required: true, max: 64, error: error('to') })}
        ${field({ name: 'until', title: t('request.delegate_until'), type: 'datetime-local', required: true, error: error('until') })}`,
      submit: ({ to, until }) => shown.send(({ etag }) => api.post(`${this.#path}/delegate`, { to, until: fromLocalInput(until) }, { ifMatch: etag })),
    });
    await this.#done(done, t('request.delegated_done'));
  }

  async #comment() {
    const done = await dialog({
      title: t('request.comment'),
      action: t('request.comment_send'),
      body: ({ error }) => field({ name: 'text', title: t('request.comment_title'), type: 'textarea', required: true, max: 1000, error: error('text') }),
      submit: ({ text }) => api.post(`${this.#path}/comments`, { text }),
    });
    await this.#done(done, t('request.commented'));
  }

  async #cancel() {
    const shown = new Shown(this.#request);
    const done = await dialog({
      title: t('request.cancel'),
      action: t('request.cancel'),
      kind: 'btn-danger',
      body: () => html`${shown.view(different)}<p class="mb-0">${t(this.#request.value.data.status === 'approved' ? 'request.cancel_approved' : 'request.cancel_text')}</p>`,
      submit: () => shown.send(({ etag }) => api.post(`${this.#path}/cancel`, {}, { ifMatch: etag })),
    });
    await this.#done(done, t('request.cancelled'));
  }
}

define('page-request', Request);
