// One webhook and what became of its messages.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { href, router } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { confirm, dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, card, code, codes, empty, facts, lines, pageHead } from '../ui/parts.js';
import { time, timeAgo } from '../ui/time.js';
import { toast, toastProblem } from '../ui/toast.js';
import '../ui/table.js';
import { webhookFields } from './webhooks.js';

class Webhook extends Page {
  #path = () => `/api/v1/webhooks/${encodeURIComponent(this.params.id)}`;
  #hook = new Loader(this, async () => {
    const { data, etag } = await api.get(this.#path());
    return { ...data, etag };
  });

  #columns = [
    { title: t('webhooks.event'), main: true, cell: (one) => html`${code(one.event)}<div class="text-secondary fw-normal small">${one.message_id}</div>` },
    { title: t('webhooks.state'), cell: (one) => badge('delivery', one.status) },
    { title: t('webhooks.attempts'), end: true, cell: (one) => one.attempts },
    { title: t('webhooks.answer'), cell: (one) => one.response_status ?? one.error ?? '' },
    { title: t('webhooks.when'), cell: (one) => (one.status === 'pending' && one.next_attempt_at ? html`${t('webhooks.next')} ${timeAgo(one.next_attempt_at)}` : timeAgo(one.delivered_at ?? one.created_at)) },
    { title: t('table.actions'), end: true, cell: (one) => (one.status === 'pending' ? nothing : button({ text: t('webhooks.again'), kind: 'btn-sm', click: () => this.#resend(one) })) },
  ];

  #source = async (query) => {
    const { data } = await api.get(`${this.#path()}/deliveries`, query);
    return { rows: data.deliveries, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('webhooks.one');
    this.#hook.run();
  }

  async #send(path) {
    try {
      await api.post(path);
      toast(t('webhooks.sent'));
    } catch (failure) {
      toastProblem(failure);
    }
    this.querySelector('ak-table')?.reload();
  }

  #resend(delivery) {
    return this.#send(`${this.#path()}/deliveries/${delivery.id}/resend`);
  }

  async #change(hook) {
    const changed = await dialog({
      title: t('webhooks.change'),
      body: ({ error }) => webhookFields({ value: hook, error }),
      submit: async ({ events, ...given }) => (await api.put(this.#path(), { ...given, events: lines(events) }, { ifMatch: hook.etag })).data,
    });
    if (changed) {
      this.#hook.run();
    }
  }

  async #delete(hook) {
    const gone = await confirm({ title: t('webhooks.delete_title'), text: t('webhooks.delete_text', { url: hook.url }), action: t('sets.delete'), submit: () => api.del(this.#path(), { ifMatch: hook.etag }) });
    if (gone) {
      router.go('/webhooks');
    }
  }

  render() {
    return this.#hook.view((hook) => html`${pageHead({
        title: hook.url,
        above: html`<a href=${href('/webhooks')}>${t('webhooks.title')}</a>`,
        actions: html`${button({ text: t('webhooks.test'), kind: 'btn-primary', image: 'send', click: () => this.#send(`${this.#path()}/test`) })}
          ${button({ text: t('people.change'), click: () => this.#change(hook) })}${button({ text: t('sets.delete'), click: () => this.#delete(hook) })}`,
      })}
      <div class="stack">
        ${card({ title: '', body: facts([[t('webhooks.events'), codes(hook.events)], [t('people.state'), label('status', hook.is_active ? 'active' : 'disabled')], [t('webhooks.since'), html`${time(hook.created_at)} ${hook.created_by ?? ''}`]]) })}
        ${card({
          title: t('webhooks.deliveries'),
          actions: button({ text: t('checkpoints.refresh'), kind: 'btn-sm', image: 'refresh', click: () => this.querySelector('ak-table').reload() }),
          flush: true,
          body: html`<ak-table caption=${t('webhooks.deliveries')} .size=${25} .columns=${this.#columns} .source=${this.#source} .none=${empty({ title: t('webhooks.no_deliveries'), text: t('webhooks.no_deliveries_text'), image: 'send' })}></ak-table>`,
        })}
      </div>`);
  }
}

define('page-webhook', Webhook);
