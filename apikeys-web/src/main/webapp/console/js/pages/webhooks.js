// Where signed messages go.
import { define, html } from '../lit.js';
import { api, creator } from '../api.js';
import { href, router } from '../router.js';
import { label, t } from '../text.js';
import { dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, codes, empty, field, hint, lines, pageHead } from '../ui/parts.js';
import { time } from '../ui/time.js';
import '../ui/copy.js';
import '../ui/table.js';

/** The fields of a webhook that people can change. */
export const webhookFields = ({ value = {}, error }) => html`
  ${field({ name: 'url', title: t('webhooks.url'), type: 'url', required: true, max: 1000, value: value.url, error: error('url'), placeholder: 'https://example.com/hooks' })}
  ${field({ name: 'events', title: t('webhooks.events'), type: 'textarea', rows: 4, mono: true, required: true, value: (value.events ?? ['*']).join('\n'), error: error('events'), help: t('webhooks.events_help') })}
  ${field({ name: 'is_active', title: t('webhooks.active'), type: 'checkbox', value: value.is_active ?? true })}`;

class Webhooks extends Page {
  #columns = [
    { title: t('webhooks.url'), main: true, cell: (hook) => html`<a href=${href(`/webhooks/${hook.id}`)}>${hook.url}</a>` },
    { title: t('webhooks.events'), cell: (hook) => codes(hook.events) },
    { title: t('people.state'), cell: (hook) => badge('status', hook.is_active ? 'active' : 'disabled', hook.is_active ? 'green' : 'secondary') },
    { title: t('webhooks.since'), cell: (hook) => time(hook.created_at) },
  ];

  #source = async (query) => {
    const { data } = await api.get('/api/v1/webhooks', query);
    return { rows: data.webhooks, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('webhooks.title');
  }

  async #add() {
    const send = creator('/api/v1/webhooks');
    const made = await dialog({
      title: t('webhooks.add'),
      action: t('webhooks.add'),
      body: ({ error }) => webhookFields({ error }),
      submit: async ({ events, ...given }) => (await send({ ...given, events: lines(events) })).data,
    });
    if (made) {
      await dialog({
        title: t('webhooks.made'),
        action: t('webhooks.kept'),
        cancel: null,
        lasting: true,
        body: () => html`${hint(t('webhooks.secret_once'), 'warning')}<div class="secret"><span>${made.secret}</span><ak-copy .text=${made.secret}></ak-copy></div>`,
      });
      router.go(`/webhooks/${made.id}`);
    }
  }

  render() {
    const add = button({ text: t('webhooks.add'), kind: 'btn-primary', image: 'plus', click: () => this.#add() });
    return html`${pageHead({ title: t('webhooks.title'), below: t('webhooks.below'), actions: add })}
      <section class="card"><ak-table caption=${t('webhooks.title')} .columns=${this.#columns} .source=${this.#source}
        .none=${empty({ title: t('webhooks.none'), text: t('webhooks.none_text'), image: 'webhook', action: add })}></ak-table></section>`;
  }
}

define('page-webhooks', Webhooks);
