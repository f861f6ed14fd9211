// What is set on this server, what it is otherwise, and where it comes from.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { router } from '../router.js';
import { t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, card, code, empty, field, pageHead } from '../ui/parts.js';

class SettingsPage extends Page {
  #settings = new Loader(this, async () => (await api.get('/api/v1/settings')).data.settings);

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('settings.title');
    this.#settings.run();
  }

  #filter(name, value) {
    router.setQuery({ ...this.query, [name]: value });
    this.requestUpdate();
  }

  render() {
    const { q = '', set } = this.query;
    return html`${pageHead({ title: t('settings.title'), below: t('settings.below') })}
      <div class="stack">
        <section class="card"><form class="table-bar table-bar-form" role="search" @submit=${(event) => event.preventDefault()}>
          ${field({ name: 'q', title: t('settings.search'), type: 'search', value: q, onChange: (event) => this.#filter('q', event.target.value.trim()) })}
          ${field({ name: 'set', title: t('settings.only_set'), type: 'checkbox', value: set, onChange: (event) => this.#filter('set', event.target.checked ? 'true' : '') })}
        </form></section>
        ${this.#settings.view((all) => this.#sections(all.filter((one) => (!set || one.is_set) && `${one.name} ${one.description}`.toLowerCase().includes(q.toLowerCase()))))}
      </div>`;
  }

  #sections(found) {
    if (found.length === 0) {
      return html`<section class="card">${empty({ title: t('table.nothing_found'), text: t('table.nothing_found_text'), image: 'search' })}</section>`;
    }
    const sections = [...new Set(found.map((one) => one.section))];
    return sections.map((section) => card({
      title: section,
      flush: true,
      body: html`<div class="list-group list-group-flush">${found.filter((one) => one.section === section).map((one) => this.#setting(one))}</div>`,
    }));
  }

  #setting(one) {
    const value = one.is_secret ? t(one.is_set ? 'settings.secret' : 'settings.nothing') : (one.value ?? t('settings.nothing'));
    return html`<div class="list-group-item">
      <div class="d-flex flex-wrap justify-content-between gap-2">${code(one.name)}
        ${one.is_set ? badge('settings', 'changed', 'azure') : badge('settings', 'standard', 'secondary')}</div>
      <div class="my-1"><strong>${value}</strong>${one.is_set ? html` <span class="text-secondary">${t('settings.from', { source: one.source })}</span>` : nothing}
        ${one.is_set && one.default ? html` <span class="text-secondary">${t('settings.otherwise', { value: one.default })}</span>` : nothing}</div>
      <div class="text-secondary small">${one.description}</div></div>`;
  }
}

define('page-settings', SettingsPage);
