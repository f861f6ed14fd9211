// Deciding about several requests at once: one call for each, with the digest of what this dialog shows.
import { html } from '../lit.js';
import { Problem, api } from '../api.js';
import { href } from '../router.js';
import { label, t } from '../text.js';
import { dialog } from './dialog.js';
import { badge, field } from './parts.js';
import { riskOf } from './preview.js';
import { comparison } from './values.js';

const isNew = (request) => ['new_key', 'emergency'].includes(request.kind);

/** What was asked for, in one look; the whole of it opens below. */
const row = (request, told) => html`<tr>
  <td data-label=${t('requests.what')} class="cell-main">${request.subject}
    <div class="text-secondary fw-normal">${request.justification ?? t('request.no_reason')}</div>
    <details class="fw-normal mt-1"><summary>${t(isNew(request) ? 'request.wanted' : 'request.changes')}</summary>${comparison(request.changes, { isNew: isNew(request) })}</details></td>
  <td data-label=${t('requests.kind')}>${label('kind', request.kind)}</td>
  <td data-label=${t('requests.who')}>${request.requested_by}</td>
  <td data-label=${t('requests.risk')}>${badge('risk', riskOf(request.risk.score))}</td>
  <td data-label=${t('decisions.outcome')}>${told ? outcome(request, told) : html`<span class="text-secondary">${t('decisions.open')}</span>`}</td>
</tr>`;

const outcome = (request, told) => {
  if (told === 'busy') {
    return html`<span class="spinner-border spinner-border-sm" aria-hidden="true"></span> ${t('decisions.busy')}`;
  }
  return told instanceof Problem
    ? html`${badge('decisions', 'failed', 'red')}<p class="small mt-1 mb-0">${told.message} <a href=${href(`/requests/${request.id}`)} target="_blank" rel="noopener">${t('decisions.look')}</a></p>`
    : badge('status', told.status);
};

/** Those of which nothing is known yet, or whose call failed. */
const remaining = (requests, outcomes) => requests.filter(({ id }) => !outcomes.has(id) || outcomes.get(id) instanceof Problem);

/** Decides one after the other; says of each what came of it. */
async function decideAll(requests, outcomes, send, redraw) {
  for (const request of remaining(requests, outcomes)) {
    outcomes.set(request.id, 'busy');
    redraw();
    try {
      outcomes.set(request.id, (await send(request)).data);
    } catch (failure) {
      outcomes.set(request.id, failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message }));
    }
    redraw();
  }
  const failed = remaining(requests, outcomes).length;
  if (failed > 0) {
    throw new Problem({ code: 'CONSOLE', title: t('decisions.some_failed', { n: failed }), detail: t('decisions.some_failed_text') });
  }
}

async function decide(requests, { words, kind, text, fields, check = () => {}, send }) {
  const outcomes = new Map();
  let redraw = () => {};
  const title = words(requests.length);
  await dialog({
    title,
    kind,
    action: () => words(remaining(requests, outcomes).length || requests.length),
    wide: true,
    cancel: t('common.close'),
    body: (form) => {
      redraw = form.redraw;
      return html`<p>${text}</p>
        <table class="table table-stacking mb-3"><caption class="visually-hidden">${title}</caption>
          <thead><tr>${[t('requests.what'), t('requests.kind'), t('requests.who'), t('requests.risk'), t('decisions.outcome')].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
          <tbody>${requests.map((request) => row(request, outcomes.get(request.id)))}</tbody></table>
        ${fields(form)}`;
    },
    submit: async (given) => {
      check(given);
      await decideAll(requests, outcomes, (request) => send(request, given), () => redraw());
    },
  });
  return requests.length - remaining(requests, outcomes).length;
}

const post = (request, word, body) => api.post(`/api/v1/key-requests/${request.id}/${word}`, body);

/** Approves what the dialog shows. Answers how many of them. */
export const approveTogether = (requests) =>
  decide(requests, {
    words: (n) => t('decisions.approve', { n }),
    kind: 'btn-primary',
    text: t('decisions.approve_text'),
    fields: ({ error }) => field({ name: 'comment', title: t('request.comment_title'), max: 1000, error: error('comment') }),
    send: (request, { comment }) => post(request, 'approve', { digest: request.digest, ...(comment ? { comment } : {}) }),
  });

/** Rejects them, all with one reason. Answers how many. */
export const rejectTogether = (requests) =>
  decide(requests, {
    words: (n) => t('decisions.reject', { n }),
    kind: 'btn-danger',
    text: t('decisions.reject_text'),
    fields: ({ error }) => field({ name: 'reason', title: t('request.reason'), type: 'textarea', required: true, max: 1000, error: error('reason') }),
    check: ({ reason }) => {
      if (!reason) {
        throw new Problem({ code: 'CONSOLE', errors: [{ field: 'reason', message: t('decisions.no_reason') }] });
      }
    },
    send: (request, { reason }) => post(request, 'reject', { reason }),
  });
