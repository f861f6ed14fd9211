// Asking for a key: what it is to be, who will have to agree, and how risky it is, before it is sent.
import { define, html, nothing } from '../lit.js';
import { Problem, api, creator } from '../api.js';
import { t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { button, card, field, focusError, hint, pageHead, problemBox, values } from '../ui/parts.js';
import { Preview, previewCard } from '../ui/preview.js';
import { errorOf } from '../ui/key-form.js';

const FIELDS = /^(name|description|type|environment|scopes|permission_sets|restrictions|rate_limits|expires_at|rotation|tags|publishable|justification)/;

class RequestNew extends Page {
  static properties = { problem: { state: true }, busy: { state: true }, emergency: { state: true } };

  #catalogue = new Loader(this, async () => (await api.get('/api/v1/api-keys/scopes')).data);
  #preview = new Preview(this);
  #send = creator('/api/v1/key-requests');
  #template = {};

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('request.ask');
    this.emergency = this.query.kind === 'emergency';
    this.#catalogue.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#preview.stop();
  }

  #body() {
    const form = this.querySelector('form');
    const body = { kind: this.emergency ? 'emergency' : 'new_key', ...this.querySelector('ak-key-form').read(), justification: values(form).justification };
    if (this.emergency) {
      body.type = 'emergency';
    }
    return body;
  }

  #edited = () => this.#preview.ask(() => {
    const body = this.#body();
    return { ...body, name: body.name || t('request.unnamed') };
  });

  async #submit(event) {
    event.preventDefault();
    this.busy = true;
    this.problem = null;
    try {
      const { data } = await this.#send(this.#body());
      this.goOn(data.status === 'approved' || this.emergency ? `/requests/${data.id}/claim` : `/requests/${data.id}`);
    } catch (failure) {
      this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
      await this.updateComplete;
      focusError(this);
    } finally {
      this.busy = false;
    }
  }

  #elsewhere() {
    const { problem } = this;
    return problem && (!problem.errors?.length || problem.errors.some((error) => !FIELDS.test(error.field)));
  }

  render() {
    return html`${pageHead({ title: t(this.emergency ? 'request.emergency' : 'request.ask'), below: t(this.emergency ? 'request.emergency_text' : 'request.ask_text') })}
      ${this.#catalogue.view((catalogue) => html`<form novalidate @input=${() => this.typed()} @submit=${(event) => this.#submit(event)}>
        <div class="with-aside">
          <div class="stack">
            <ak-key-form fresh ?emergency=${this.emergency} .key=${this.#template} .catalogue=${catalogue} .problem=${this.problem} @edit=${this.#edited}></ak-key-form>
            ${card({
              title: t('request.why'),
              body: field({ name: 'justification', title: t('request.justification'), type: 'textarea', required: true, max: 2000, help: t('request.justification_help'), error: errorOf(this.problem, 'justification') }),
            })}
            ${this.#elsewhere() ? problemBox(this.problem) : nothing}
            ${this.problem && !this.#elsewhere() ? hint(t('form.see_above'), 'danger') : nothing}
            <div class="btn-list">${button({ text: t('request.send'), type: 'submit', kind: 'btn-primary', image: 'send', busy: this.busy })}</div>
          </div>
          <aside class="stack sticky" aria-label=${t('preview.title')}>${previewCard(this.#preview)}</aside>
        </div>
      </form>`)}`;
  }
}

define('page-request-new', RequestNew);
