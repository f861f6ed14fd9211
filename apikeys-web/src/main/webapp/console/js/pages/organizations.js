// Organizations: who is kept apart from whom.
import { define, html, nothing } from '../lit.js';
import { api, creator } from '../api.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, field, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { orToast, toast } from '../ui/toast.js';
import '../ui/table.js';

class Organizations extends Page {
  #columns = [
    { title: t('organizations.name'), main: true, cell: (one) => one.name },
    { title: t('organizations.id'), cell: (one) => one.id },
    { title: t('people.state'), cell: (one) => badge('status', one.is_active ? 'active' : 'disabled', one.is_active ? 'green' : 'red') },
    { title: t('people.since'), cell: (one) => time(one.created_at) },
    { title: t('table.actions'), end: true, cell: (one) => button({ text: t('people.change'), kind: 'btn-sm', title: t('people.change_one', { name: one.name }), click: () => this.#change(one) }) },
  ];

  #source = async (query) => {
    const { data } = await api.get('/api/v1/organizations', query);
    return { rows: data.organizations, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('organizations.title');
  }

  async #add() {
    const send = creator('/api/v1/organizations');
    const made = await dialog({
      title: t('organizations.add'),
      action: t('organizations.add'),
      body: ({ error }) => field({ name: 'name', title: t('organizations.name'), required: true, max: 100, error: error('name') }),
      submit: async (given) => (await send(given)).data,
    });
    this.#done(made);
  }

  async #change(one) {
    const found = await orToast(api.get(`/api/v1/organizations/${one.id}`), () => this.querySelector('ak-table').reload());
    if (!found) {
      return;
    }
    const { data, etag } = found;
    const changed = await dialog({
      title: t('people.change_one', { name: data.name }),
      body: ({ error }) => html`${field({ name: 'name', title: t('organizations.name'), required: true, max: 100, value: data.name, error: error('name') })}
        ${field({ name: 'is_active', title: label('status', 'active'), type: 'checkbox', value: data.is_active, help: t('organizations.active_help') })}`,
      submit: async (given) => (await api.put(`/api/v1/organizations/${one.id}`, given, { ifMatch: etag })).data,
    });
    this.#done(changed);
  }

  #done(one) {
    if (one) {
      toast(t('organizations.saved', { name: one.name }));
      this.querySelector('ak-table').reload();
    }
  }

  render() {
    return html`${pageHead({ title: t('organizations.title'), below: t('organizations.below'), actions: !session.isOfDefaultOrganization ? nothing : button({ text: t('organizations.add'), kind: 'btn-primary', image: 'plus', click: () => this.#add() }) })}
      <section class="card"><ak-table caption=${t('organizations.title')} .columns=${this.#columns} .source=${this.#source}></ak-table></section>`;
  }
}

define('page-organizations', Organizations);
