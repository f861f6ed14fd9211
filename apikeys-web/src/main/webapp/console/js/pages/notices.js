// What the person is told, newest first.
import { define, html, nothing } from '../lit.js';
import { ROOT, api } from '../api.js';
import { dateTime } from '../format.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { Page } from '../ui/page.js';
import { badge, button, empty, pageHead } from '../ui/parts.js';
import { timeAgo } from '../ui/time.js';
import { toast, toastProblem } from '../ui/toast.js';
import '../ui/table.js';

/** The pages about what a notice can name, and who may see them. */
const PAGES = { 'api-keys': ['keys'], 'key-requests': ['requests'], campaigns: ['campaigns'], alerts: ['alerts', 'reports:read'] };

/** Where a notice leads: an address of the console, when it names one. */
function placeOf(link) {
  const path = link?.replace(/^https?:\/\/[^/]+/, '');
  if (!path) {
    return null;
  }
  if (path.startsWith(`${ROOT}/console/`)) {
    return path;
  }
  const [, kind, id] = /\/api\/v1\/([a-z-]+)\/([\w-]+)$/.exec(path) ?? [];
  const [folder, ...scopes] = PAGES[kind] ?? [];
  return folder && session.may(...scopes) ? href(`/${folder}/${id}`) : null;
}

/** Times of the API in the reader's zone. */
const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const readable = (text) => text.replace(INSTANT, (instant) => dateTime(instant));

class Notices extends Page {
  #columns = [
    { title: t('notices.what'), main: true, cell: (notice) => this.#text(notice) },
    { title: t('notices.when'), cell: (notice) => timeAgo(notice.created_at) },
    { title: t('notices.state'), cell: (notice) => (notice.is_read ? html`<span class="text-secondary">${t('notices.read')}</span>` : badge('notices', 'unread', 'azure')) },
    { title: t('table.actions'), end: true, cell: (notice) => (notice.is_read ? nothing : button({ text: t('notices.mark'), kind: 'btn-sm', click: () => this.#read(notice) })) },
  ];

  #source = async (query) => {
    const { data } = await api.get('/api/v1/notices', query);
    return { rows: data.notices, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('notices.title');
  }

  #text(notice) {
    const place = placeOf(notice.link);
    return html`<div>${place ? html`<a href=${place} @click=${() => this.#read(notice, false)}>${notice.title}</a>` : notice.title}</div>
      <div class="text-secondary fw-normal small">${readable(notice.text)}</div>`;
  }

  async #read(notice, stay = true) {
    if (notice.is_read) {
      return;
    }
    try {
      await api.post(`/api/v1/notices/${notice.id}/read`);
      dispatchEvent(new Event('notices'));
      if (stay) {
        this.querySelector('ak-table').reload();
      }
    } catch (failure) {
      toastProblem(failure);
    }
  }

  async #readAll() {
    try {
      const { data } = await api.post('/api/v1/notices/read-all');
      toast(t('notices.marked', { n: data.read }));
      dispatchEvent(new Event('notices'));
      this.querySelector('ak-table').reload();
    } catch (failure) {
      toastProblem(failure);
    }
  }

  render() {
    return html`${pageHead({ title: t('notices.title'), below: t('notices.below'), actions: button({ text: t('notices.mark_all'), image: 'check', click: () => this.#readAll() }) })}
      <section class="card"><ak-table caption=${t('notices.title')} .columns=${this.#columns} .source=${this.#source}
        .filters=${[{ name: 'unread', title: t('notices.show'), options: [['true', t('notices.only_unread')]] }]}
        .none=${empty({ title: t('notices.none'), text: t('notices.none_text'), image: 'bell' })}></ak-table></section>`;
  }
}

define('page-notices', Notices);
