// One webhook and what became of its messages.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { href, router } from '../router.js';
import { label, t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { dialog } from '../ui/dialog.js';
import { Page } from '../ui/page.js';
import { badge, button, card, code, codes, empty, facts, lines, pageHead } from '../ui/parts.js';
import { Shown, differences } from '../ui/stale.js';
import { time, timeAgo } from '../ui/time.js';
import { toast, toastProblem } from '../ui/toast.js';
import '../ui/table.js';
import { webhookFields } from './webhooks.js';

const different = (before, now) => differences(before, now, ['url', 'events', 'is_active']);

/** When a message went, or goes; one whose time has come is not said to go in the past. */
function when({ status, attempts, next_attempt_at: next, delivered_at: delivered, created_at: created }) {
  if (status !== 'pending' || !next) {
    return timeAgo(delivered ?? created);
  }
  return new Date(next) > new Date()
    ? html`${t(attempts ? 'webhooks.next' : 'webhooks.first')} ${timeAgo(next)}`
    : html`${t(attempts ? 'webhooks.due_again' : 'webhooks.due')} ${timeAgo(next)}`;
}

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
    { title: t('webhooks.when'), cell: when },
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
    const shown = new Shown(this.#hook);
    const changed = await dialog({
      title: t('webhooks.change'),
      body: ({ error }) => html`${shown.view(different)}${webhookFields({ value: hook, error })}`,
      submit: async ({ events, ...given }) => (await shown.send(({ etag }) => api.put(this.#path(), { ...given, events: lines(events) }, { ifMatch: etag }))).data,
    });
    if (changed) {
      this.#hook.run();
    }
  }

  async #delete(hook) {
    const shown = new Shown(this.#hook);
    const gone = await dialog({
      title: t('webhooks.delete_title'),
      action: t('sets.delete'),
      kind: 'btn-danger',
      body: () => html`${shown.view(different)}<p class="mb-0">${t('webhooks.delete_text', { url: hook.url })}</p>`,
      submit: () => shown.send(({ etag }) => api.del(this.#path(), { ifMatch: etag })),
    });
    if (gone) {
      router.go('/webhooks');
    }
  }

  render() {
    return this.whole(this.#hook, (hook) => html`${pageHead({
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
