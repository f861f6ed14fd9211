// Sets of scopes: those that administrators made, and those that plugins bring.
import { define, html } from '../lit.js';
import { api, creator } from '../api.js';
import { href, router } from '../router.js';
import { t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { button, card, codes, empty, field, lines, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import '../ui/table.js';

/** The fields of a set that people can change. */
export const setFields = ({ value = {}, error }) => html`
  ${field({ name: 'description', title: t('sets.description'), required: true, max: 200, value: value.description, error: error('description') })}
  ${field({ name: 'scopes', title: t('sets.scopes'), type: 'textarea', rows: 6, mono: true, required: true, value: (value.scopes ?? []).join('\n'), error: error('scopes'), help: t('sets.scopes_help') })}`;

class PermissionSets extends Page {
  #catalogue = new Loader(this, async () => (await api.get('/api/v1/api-keys/scopes')).data);

  #columns = [
    { title: t('sets.name'), main: true, cell: (set) => html`<a href=${href(`/permission-sets/${set.id}`)}>${set.name}</a><div class="text-secondary fw-normal small">${set.description}</div>` },
    { title: t('sets.scopes'), cell: (set) => codes(set.scopes) },
    { title: t('sets.version'), end: true, cell: (set) => set.version },
    { title: t('sets.changed'), cell: (set) => time(set.updated_at) },
  ];

  #source = async (query) => {
    const { data } = await api.get('/api/v1/permission-sets', query);
    return { rows: data.permission_sets, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('sets.title');
    this.#catalogue.run();
  }

  async #add() {
    const send = creator('/api/v1/permission-sets');
    const made = await dialog({
      title: t('sets.add'),
      action: t('sets.add'),
      body: ({ error }) => html`${field({ name: 'name', title: t('sets.name'), required: true, max: 50, error: error('name'), help: t('sets.name_help') })}${setFields({ error })}`,
      submit: async ({ scopes, ...given }) => (await send({ ...given, scopes: lines(scopes) })).data,
    });
    if (made) {
      router.go(`/permission-sets/${made.id}`);
    }
  }

  render() {
    const add = button({ text: t('sets.add'), kind: 'btn-primary', image: 'plus', click: () => this.#add() });
    return html`${pageHead({ title: t('sets.title'), below: t('sets.below'), actions: add })}
      <div class="stack">
        ${card({ title: t('sets.made'), flush: true, body: html`<ak-table caption=${t('sets.made')} .columns=${this.#columns} .source=${this.#source} .none=${empty({ title: t('sets.none'), text: t('sets.none_text'), image: 'lock', action: add })}></ak-table>` })}
        ${card({
          title: t('sets.of_plugins'),
          flush: true,
          body: this.#catalogue.view(({ permission_sets: sets }) => html`<div class="list-group list-group-flush">${sets
            .filter((set) => set.plugin !== 'custom')
            .map((set) => html`<div class="list-group-item"><div class="d-flex flex-wrap justify-content-between gap-2"><strong>${set.name}</strong><span class="text-secondary">${set.plugin}</span></div>
              <div class="text-secondary mb-1">${set.description}</div>${codes(set.scopes)}</div>`)}</div>`),
        })}
      </div>`;
  }
}

define('page-permission-sets', PermissionSets);
