// What is loaded, what it brings, what failed and why.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { confirm } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, card, code, codes, empty, facts, hint, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { toast, toastProblem } from '../ui/toast.js';
import { options } from '../words.js';
import '../ui/table.js';

const STATES = ['enabled', 'disabled', 'quarantined'];

class Plugins extends Page {
  #source = async (query) => {
    const { data } = await api.get('/api/v1/plugins', query);
    return { rows: data.plugins, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('plugins.title');
  }

  #reload() {
    this.querySelector('ak-table').reload();
  }

  async #do(plugin, action) {
    try {
      await api.post(`/api/v1/plugins/${plugin.id}/${action}`);
      toast(t(`plugins.did.${action}`, { name: plugin.id }));
    } catch (failure) {
      toastProblem(failure);
    }
    this.#reload();
  }

  async #disable(plugin) {
    const done = await confirm({
      title: t('plugins.disable_title', { name: plugin.id }),
      text: t('plugins.disable_text', { n: plugin.scopes.length }),
      action: t('plugins.disable'),
      submit: () => api.post(`/api/v1/plugins/${plugin.id}/disable`),
    });
    if (done) {
      toast(t('plugins.did.disable', { name: plugin.id }));
      this.#reload();
    }
  }

  render() {
    return html`${pageHead({ title: t('plugins.title'), below: t('plugins.below'), actions: button({ text: t('checkpoints.refresh'), image: 'refresh', click: () => this.#reload() }) })}
      <ak-table class="in-cards" caption=${t('plugins.title')} .size=${25} .source=${this.#source} .list=${(plugins) => html`<div class="stack">${plugins.map((plugin) => this.#plugin(plugin))}</div>`}
        .filters=${[{ name: 'state', title: t('people.state'), options: options('plugin_state', STATES) }]}
        .none=${html`<section class="card">${empty({ title: t('plugins.none'), image: 'plug' })}</section>`}></ak-table>`;
  }

  /** What is quarantined is not to be had by switching it. */
  #switch(plugin) {
    switch (plugin.state) {
      case 'enabled':
        return button({ text: t('plugins.disable'), kind: 'btn-sm', click: () => this.#disable(plugin) });
      case 'disabled':
        return button({ text: t('plugins.enable'), kind: 'btn-sm btn-primary', click: () => this.#do(plugin, 'enable') });
      default:
        return nothing;
    }
  }

  #plugin(plugin) {
    return card({
      title: html`${plugin.id ?? plugin.file} <span class="text-secondary fw-normal">${plugin.version ?? ''}</span> ${badge('plugin_state', plugin.state)}`,
      hint: plugin.description ?? nothing,
      // a jar that could not even say its id is tried again when its file changes
      actions: !session.isOfDefaultOrganization || !plugin.id ? nothing : html`<div class="btn-list">
        ${button({ text: t('plugins.reload'), kind: 'btn-sm', click: () => this.#do(plugin, 'reload') })}
        ${this.#switch(plugin)}</div>`,
      body: html`${plugin.reason ? hint(plugin.reason, plugin.state === 'quarantined' ? 'danger' : 'info') : nothing}
        ${plugin.differs ? hint(t('plugins.differs'), 'warning') : nothing}
        ${facts([
          [t('plugins.source'), plugin.file ?? plugin.source],
          [t('plugins.loaded'), time(plugin.loaded_at)],
          [t('plugins.digest'), plugin.sha256 ? code(plugin.sha256) : null],
          [t('plugins.needs'), plugin.dependencies?.length ? plugin.dependencies.map((one) => one.id ?? one).join(', ') : null],
        ])}
        ${plugin.scopes.length > 0
          ? html`<details class="mt-3"><summary>${t('plugins.scopes', { n: plugin.scopes.length })}</summary>
              <div class="table-responsive" tabindex="0" role="region" aria-label=${t('plugins.scopes', { n: plugin.scopes.length })}><table class="table table-sm table-vcenter mb-0"><caption class="visually-hidden">${t('plugins.scopes', { n: plugin.scopes.length })}</caption>
                <thead><tr><th scope="col">${t('keys.scope')}</th><th scope="col">${t('plugins.meaning')}</th><th scope="col">${t('plugins.risk')}</th></tr></thead>
                <tbody>${plugin.scopes.map((scope) => html`<tr><th scope="row">${code(scope.name)}</th><td>${scope.description}${scope.implies?.length ? html` <span class="text-secondary">${t('plugins.implies')}</span> ${codes(scope.implies)}` : nothing}</td><td>${badge('risk', scope.risk)}</td></tr>`)}</tbody>
              </table></div></details>`
          : nothing}
        ${plugin.permission_sets.length > 0
          ? html`<details class="mt-2"><summary>${t('plugins.sets', { n: plugin.permission_sets.length })}</summary>
              <ul class="mb-0 mt-2">${plugin.permission_sets.map((set) => html`<li><strong>${set.name}</strong> ${set.description} ${codes(set.scopes)}</li>`)}</ul></details>`
          : nothing}`,
    });
  }
}

define('page-plugins', Plugins);
