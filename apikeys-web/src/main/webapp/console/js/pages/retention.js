// How long records are kept, what holds them, and what goes; erasing what is held on a person.
import { define, html, nothing } from '../lit.js';
import { api, creator } from '../api.js';
import { duration, fromLocalInput } from '../format.js';
import { session } from '../session.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { confirm, dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { button, card, empty, facts, field, hint, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import { toast } from '../ui/toast.js';
import '../ui/purges.js';
import '../ui/table.js';

const CLASSES = ['audit', 'usage', 'notices'];

class Retention extends Page {
  #retention = new Loader(this, async () => (await api.get('/api/v1/audit/retention')).data.classes);

  #columns = [
    { title: t('retention.name'), main: true, cell: (hold) => html`${hold.name}<div class="text-secondary fw-normal small">${hold.reason}</div>` },
    { title: t('retention.whose'), cell: (hold) => hold.subject ?? t('retention.everybody') },
    { title: t('retention.period'), cell: (hold) => html`<div>${time(hold.from, t('retention.beginning'))} – ${time(hold.to, t('retention.open'))}</div>` },
    { title: t('retention.by'), cell: (hold) => html`<div>${hold.created_by}<div class="small text-secondary">${time(hold.created_at)}</div></div>` },
    { title: t('table.actions'), end: true, cell: (hold) => (session.may('users:manage') ? button({ text: t('retention.lift'), kind: 'btn-sm', click: () => this.#lift(hold) }) : nothing) },
  ];

  #holds = async (query) => {
    const { data } = await api.get('/api/v1/audit/holds', query);
    return { rows: data.holds, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('retention.title');
    this.#retention.run();
  }

  async #change(classes) {
    const done = await dialog({
      title: t('retention.change'),
      body: ({ error }) => html`${hint(t('retention.change_text'))}
        ${CLASSES.map((name) => field({ name, title: label('retention_class', name), value: classes[name], error: error(`classes.${name}`), help: t('retention.duration_help') }))}`,
      submit: async (given) => (await api.put('/api/v1/audit/retention', { classes: given })).data,
    });
    if (done) {
      this.#retention.run();
    }
  }

  async #hold() {
    const send = creator('/api/v1/audit/holds');
    const made = await dialog({
      title: t('retention.new_hold'),
      action: t('retention.hold'),
      body: ({ error }) => html`
        ${field({ name: 'name', title: t('retention.name'), required: true, max: 100, error: error('name') })}
        ${field({ name: 'reason', title: t('retention.reason'), type: 'textarea', required: true, max: 500, error: error('reason') })}
        ${field({ name: 'subject', title: t('retention.whose'), max: 100, error: error('subject'), help: t('retention.whose_help'), placeholder: 'user-3' })}
        <div class="fields">${field({ name: 'from', title: t('audit.from'), type: 'datetime-local', error: error('from') })}
        ${field({ name: 'to', title: t('audit.until'), type: 'datetime-local', error: error('to') })}</div>`,
      submit: async ({ name, reason, subject, from, to }) =>
        (await send({ name, reason, subject: subject || null, from: fromLocalInput(from), to: fromLocalInput(to) })).data,
    });
    if (made) {
      this.querySelector('ak-table').reload();
    }
  }

  async #lift(hold) {
    const lifted = await confirm({
      title: t('retention.lift_title', { name: hold.name }),
      text: t('retention.lift_text'),
      action: t('retention.lift'),
      submit: () => api.del(`/api/v1/audit/holds/${hold.id}`),
    });
    if (lifted) {
      this.querySelector('ak-table').reload();
    }
  }

  async #erase() {
    const done = await dialog({
      title: t('retention.erase'),
      action: t('retention.erase_now'),
      kind: 'btn-danger',
      body: ({ error }) => html`<p>${t('retention.erase_text')}</p>
        ${field({ name: 'subject', title: t('retention.subject'), required: true, placeholder: 'user-3', error: error('id') })}
        ${field({ name: 'sure', title: t('retention.sure'), type: 'checkbox' })}`,
      submit: async ({ subject, sure }) => {
        if (!sure || !subject) {
          throw new Error(t('retention.not_sure'));
        }
        return (await api.post(`/api/v1/audit/subjects/${encodeURIComponent(subject)}/erase`)).data;
      },
    });
    if (done) {
      toast(t('retention.erased'));
    }
  }

  render() {
    const mayChange = session.may('orgs:manage') && session.isOfDefaultOrganization;
    const mayErase = session.may('users:manage'); // of their own organization
    return html`${pageHead({ title: t('retention.title'), below: t('retention.below') })}
      <div class="stack">
        ${card({
          title: t('retention.periods'),
          actions: mayChange && this.#retention.value ? button({ text: t('retention.change'), click: () => this.#change(this.#retention.value) }) : nothing,
          body: this.#retention.view((classes) => facts(CLASSES.map((name) => [label('retention_class', name), duration(classes[name])]))),
        })}
        ${card({
          title: t('retention.holds'),
          hint: t('retention.holds_text'),
          actions: session.may('users:manage') ? button({ text: t('retention.new_hold'), kind: 'btn-primary', image: 'plus', click: () => this.#hold() }) : nothing,
          flush: true,
          body: html`<ak-table caption=${t('retention.holds')} .columns=${this.#columns} .source=${this.#holds} .none=${empty({ title: t('retention.no_holds'), image: 'lock' })}></ak-table>`,
        })}
        ${mayChange ? html`<ak-purges></ak-purges>` : nothing}
        ${mayErase
          ? card({ title: t('retention.erasure'), hint: t('retention.erasure_text'), body: button({ text: t('retention.erase'), click: () => this.#erase() }) })
          : nothing}
      </div>`;
  }
}

define('page-retention', Retention);
