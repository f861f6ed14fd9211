// Where to read on: the API, and what each problem means.
import { define, html } from '../lit.js';
import { ROOT, api } from '../api.js';
import { t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { card, pageHead } from '../ui/parts.js';

class Help extends Page {
  #codes = new Loader(this, async () => {
    const { data } = await api.get('/openapi', { format: 'json' });
    return [...data.components.schemas.ProblemCode.enum].sort();
  });

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('help.title');
    this.#codes.run();
  }

  render() {
    const link = (to, name, text) => html`<div class="list-group-item"><a href="${ROOT}${to}">${name}</a><div class="text-secondary">${text}</div></div>`;
    return html`${pageHead({ title: t('help.title') })}
      <div class="columns">
        ${card({
          title: t('help.api'),
          flush: true,
          body: html`<div class="list-group list-group-flush">
            ${link('/explorer/', t('shell.explorer'), t('help.explorer_text'))}
            ${link('/openapi', t('help.openapi'), t('help.openapi_text'))}
            ${link('/health', t('help.health'), t('help.health_text'))}
            ${link('/metrics', t('help.metrics'), t('help.metrics_text'))}
          </div>`,
        })}
        ${card({
          title: t('help.problems'),
          hint: t('help.problems_text'),
          body: this.#codes.view((codes) => html`<ul class="list-unstyled columns-2 mb-0 link-list">
            ${codes.map((code) => html`<li><a class="font-monospace small" href="${ROOT}/problems/${code}" target="_blank" rel="noopener">${code}</a></li>`)}
          </ul>`),
        })}
      </div>`;
  }
}

define('page-help', Help);
