// What policy will ask, and how risky it is, before anything is sent.
import { html, nothing } from '../lit.js';
import { Problem, api } from '../api.js';
import { duration } from '../format.js';
import { label, t } from '../text.js';
import { badge, card, hint, problemBox } from './parts.js';

const TYPING_MS = 500;
export const riskOf = (score) => (score >= 60 ? 'high' : score >= 30 ? 'medium' : 'low');

/** Asks anew shortly after the last change. */
export class Preview {
  answer = null;
  problem = null;
  #timer = 0;
  #turn = 0;

  constructor(host) {
    this.host = host;
  }

  ask(body) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#now(body), TYPING_MS);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  async #now(body) {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const { data } = await api.post('/api/v1/key-requests/preview', body());
      if (turn === this.#turn) {
        this.answer = data;
        this.problem = null;
      }
    } catch (failure) {
      if (turn === this.#turn) {
        this.answer = null;
        this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
      }
    }
    this.host.requestUpdate();
  }
}

/** The risk of a request and why. */
export const riskView = (risk) => html`<div class="mb-2">${badge('risk', riskOf(risk.score))} <span class="text-secondary">${t('preview.score', { n: risk.score })}</span></div>
  ${risk.reasons.length ? html`<ul class="mb-0 ps-3">${risk.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : html`<p class="text-secondary mb-0">${t('preview.no_reasons')}</p>`}`;

/** Who has to agree, stage by stage. */
export const stagesView = (stages) => html`<ol class="ps-3 mb-0">${stages.map(
  (stage) => html`<li>${t('preview.stage', { n: stage.approvals })}
    ${[...(stage.people ?? []), ...(stage.roles ?? []).map((role) => label('role', role)),
      ...(stage.groups ?? [])].join(', ')}
    ${stage.approved === undefined ? nothing : html`<span class="text-secondary">(${t('preview.so_far', { n: stage.approved })})</span>`}</li>`,
)}</ol>`;

export const previewCard = (preview, { change = false } = {}) =>
  card({
    title: t('preview.title'),
    body: html`<div role="status">${preview.problem ? previewProblem(preview.problem) : preview.answer ? ruling(preview.answer, change) : html`<p class="text-secondary mb-0">${t('preview.begin')}</p>`}</div>`,
  });

const previewProblem = (problem) =>
  problem.errors?.length
    ? html`<p class="mb-1">${t('preview.incomplete')}</p><ul class="ps-3 mb-0">${problem.errors.map((error) => html`<li><code>${error.field}</code> ${error.message}</li>`)}</ul>`
    : problemBox(problem);

const ruling = (answer, change) => html`
  ${answer.automatic
    ? hint(t(change ? 'preview.at_once_change' : 'preview.at_once'), 'success')
    : html`<p class="mb-1"><strong>${t('preview.needs', { n: answer.required_approvals })}</strong></p>${stagesView(answer.stages)}
      <p class="text-secondary mt-2">${t('preview.lives', { lives: duration(answer.lives) })}</p>`}
  <p class="text-secondary small">${t('preview.policy', { policy: answer.policy })}${answer.additions.length ? ` + ${answer.additions.join(', ')}` : ''}</p>
  <h3>${t('preview.risk')}</h3>${riskView(answer.risk)}`;
