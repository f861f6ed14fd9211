// The built-in directory: who can sign in, and as what.
import { define, html, nothing } from '../lit.js';
import { api, creator } from '../api.js';
import { label, t } from '../text.js';
import { dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, empty, field, hint, lines, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { orToast, toast } from '../ui/toast.js';
import { ROLES, options } from '../words.js';
import '../ui/table.js';

const roleChoice = (chosen, error) => html`<fieldset class="mb-3"><legend class="form-label required">${t('people.roles')}</legend>
  ${ROLES.map((role) => html`<label class="form-check"><input class="form-check-input" type="checkbox" name="roles" data-list value=${role} .checked=${chosen.includes(role)}>
    <span class="form-check-label">${label('role', role)} <span class="text-secondary">${label('role_does', role)}</span></span></label>`)}
  ${error ? html`<div class="invalid-feedback d-block">${error}</div>` : nothing}</fieldset>`;

/** Names of groups, which policies ask for beside roles. */
const groupNames = (groups, error) => field({ name: 'groups', title: t('people.groups'), value: groups.join(', '), error: error('groups'), help: t('people.groups_help'), placeholder: 'security-leads' });

class People extends Page {
  #columns = [
    { title: t('people.name'), main: true, cell: (person) => html`${person.username}<div class="text-secondary fw-normal small">${person.email ?? ''}</div>` },
    { title: t('people.roles'), cell: (person) => html`<div>${person.roles.map((role) => label('role', role)).join(', ')}
      ${person.groups.length ? html`<div class="text-secondary small">${person.groups.join(', ')}</div>` : nothing}</div>` },
    { title: t('people.state'), cell: (person) => badge('status', person.is_active ? 'active' : 'disabled', person.is_active ? 'green' : 'red') },
    { title: t('people.organization'), cell: (person) => person.organization_id },
    { title: t('people.since'), cell: (person) => time(person.created_at) },
    { title: t('table.actions'), end: true, cell: (person) => button({ text: t('people.change'), kind: 'btn-sm', title: t('people.change_one', { name: person.username }), click: () => this.#change(person) }) },
  ];

  #filters = [
    { name: 'q', title: t('people.search'), type: 'search', wide: true },
    { name: 'role', title: t('people.role'), options: options('role', ROLES) },
    { name: 'is_active', title: t('people.state'), options: [['true', label('status', 'active')], ['false', label('status', 'disabled')]] },
  ];

  #source = async (query) => {
    const { data } = await api.get('/api/v1/users', query);
    return { rows: data.users, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('people.title');
  }

  async #add() {
    const send = creator('/api/v1/users');
    const made = await dialog({
      title: t('people.add'),
      action: t('people.add'),
      body: ({ error }) => html`
        ${field({ name: 'username', title: t('people.name'), required: true, max: 64, error: error('username') })}
        ${field({ name: 'email', title: t('people.email'), type: 'email', max: 254, error: error('email'), help: t('people.email_help') })}
        ${field({ name: 'password', title: t('people.password'), type: 'password', required: true, max: 256, autocomplete: 'new-password', error: error('password'), help: t('people.password_help') })}
        ${field({ name: 'organization_id', title: t('people.organization'), type: 'number', min: 1, error: error('organization_id'), help: t('people.organization_help') })}
        ${roleChoice(['developer'], error('roles'))}
        ${groupNames([], error)}`,
      submit: async ({ email, groups, organization_id: organization, ...given }) =>
        (await send({ ...given, email: email || null, groups: lines(groups), ...(organization ? { organization_id: organization } : {}) })).data,
    });
    if (made) {
      toast(t('people.added', { name: made.username }));
      this.querySelector('ak-table').reload();
    }
  }

  async #change(person) {
    const found = await orToast(api.get(`/api/v1/users/${person.id}`), () => this.querySelector('ak-table').reload());
    if (!found) {
      return;
    }
    const { data, etag } = found;
    const changed = await dialog({
      title: t('people.change_one', { name: data.username }),
      body: ({ error }) => html`
        ${field({ name: 'email', title: t('people.email'), type: 'email', max: 254, value: data.email, error: error('email') })}
        ${roleChoice(data.roles, error('roles'))}
        ${groupNames(data.groups, error)}
        ${field({ name: 'password', title: t('people.new_password'), type: 'password', max: 256, autocomplete: 'new-password', error: error('password'), help: t('people.new_password_help') })}
        ${field({ name: 'is_active', title: t('people.may_sign_in'), type: 'checkbox', value: data.is_active })}
        ${hint(t('people.stops'), 'warning')}`,
      submit: async ({ email, groups, password, ...given }) =>
        (await api.put(`/api/v1/users/${data.id}`, { ...given, email: email || null, groups: lines(groups), ...(password ? { password } : {}) }, { ifMatch: etag })).data,
    });
    if (changed) {
      toast(t('people.changed', { name: data.username }));
      this.querySelector('ak-table').reload();
    }
  }

  render() {
    return html`${pageHead({ title: t('people.title'), below: t('people.below'), actions: button({ text: t('people.add'), kind: 'btn-primary', image: 'plus', click: () => this.#add() }) })}
      <section class="card"><ak-table caption=${t('people.title')} .size=${25} .columns=${this.#columns} .filters=${this.#filters} .source=${this.#source}
        .none=${empty({ title: t('people.none'), image: 'users' })}></ak-table></section>`;
  }
}

define('page-people', People);
