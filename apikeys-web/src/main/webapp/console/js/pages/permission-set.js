// One set: what it grants, which keys a change would touch, and what it was before.
import { define, html } from '../lit.js';
import { api } from '../api.js';
import { href, router } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, card, codes, empty, facts, hint, lines, pageHead } from '../ui/parts.js';
import { Shown, differences } from '../ui/stale.js';
import { time } from '../ui/time.js';
import { toast } from '../ui/toast.js';
import '../ui/table.js';
import { setFields } from './permission-sets.js';

const different = (before, now) => differences(before, now, ['description', 'scopes', 'version']);

class PermissionSet extends Page {
  #path = () => `/api/v1/permission-sets/${encodeURIComponent(this.params.id)}`;
  #set = new Loader(this, async () => {
    const { data, etag } = await api.get(this.#path());
    this.heading = data.name;
    return { ...data, etag };
  });
  #columns = [
    { title: t('keys.name'), main: true, cell: (key) => html`<a href=${href(`/keys/${key.key_id}`)}>${key.name}</a>` },
    { title: t('keys.owner'), cell: (key) => key.owner },
    { title: t('keys.environment'), cell: (key) => label('environment', key.environment) },
    { title: t('keys.status'), cell: (key) => badge('status', key.status) },
  ];

  #keys = async (query) => {
    const { data } = await api.get(`${this.#path()}/keys`, query);
    return { rows: data.keys, total: data.total };
  };

  #history = async (query) => {
    const { data } = await api.get(`${this.#path()}/versions`, query);
    return { rows: data.versions, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('sets.title');
    this.#set.run();
  }

  async #change(set) {
    const shown = new Shown(this.#set);
    const changed = await dialog({
      title: t('people.change_one', { name: set.name }),
      body: ({ error }) => html`${shown.view(different)}${set.keys_touched ? hint(t('sets.touches', { n: set.keys_touched }), 'warning') : ''}${setFields({ value: set, error })}`,
      submit: async ({ description, scopes }) => (await shown.send(({ etag }) => api.put(this.#path(), { description, scopes: lines(scopes) }, { ifMatch: etag }))).data,
    });
    if (changed) {
      toast(t('sets.saved'));
      this.#set.run();
      this.querySelector('#history').reload();
    }
  }

  async #delete(set) {
    const shown = new Shown(this.#set);
    const gone = await dialog({
      title: t('sets.delete_title', { name: set.name }),
      action: t('sets.delete'),
      kind: 'btn-danger',
      body: () => html`${shown.view(different)}<p class="mb-0">${t('sets.delete_text', { n: shown.value.keys_touched ?? 0 })}</p>`,
      submit: () => shown.send(({ etag }) => api.del(this.#path(), { ifMatch: etag })),
    });
    if (gone) {
      router.go('/permission-sets');
    }
  }

  #version(one) {
    return html`<div class="list-group-item">
      <div class="d-flex flex-wrap justify-content-between gap-2"><strong>${t('sets.version_n', { n: one.version })}</strong><span class="text-secondary">${one.by} · ${time(one.at)}</span></div>
      <div class="text-secondary mb-1">${one.description}</div>${codes(one.scopes)}</div>`;
  }

  render() {
    return this.whole(this.#set, (set) => html`${pageHead({
        title: set.name,
        above: html`<a href=${href('/permission-sets')}>${t('sets.title')}</a>`,
        below: set.description,
        actions: html`${button({ text: t('people.change'), kind: 'btn-primary', click: () => this.#change(set) })}${button({ text: t('sets.delete'), click: () => this.#delete(set) })}`,
      })}
      <div class="stack">
        ${card({ title: t('sets.grants'), body: html`${codes(set.scopes)}<div class="mt-3">${facts([[t('sets.version'), set.version], [t('sets.by'), set.created_by], [t('sets.changed'), time(set.updated_at)]])}</div>` })}
        ${card({ title: t('sets.keys'), flush: true, body: html`<ak-table caption=${t('sets.keys')} .columns=${this.#columns} .source=${this.#keys} .none=${empty({ title: t('sets.no_keys'), image: 'key' })}></ak-table>` })}
        ${card({ title: t('sets.history'), flush: true, body: html`<ak-table id="history" caption=${t('sets.history')} prefix="history-" .list=${(versions) => html`<div class="list-group list-group-flush">${versions.map((one) => this.#version(one))}</div>`} .source=${this.#history}></ak-table>` })}
      </div>`);
  }
}

define('page-permission-set', PermissionSet);
