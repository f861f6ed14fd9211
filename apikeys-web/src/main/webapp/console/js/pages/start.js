// The start page: what waits for this person, and how their keys are.
import { define, html, nothing } from '../lit.js';
import { api } from '../api.js';
import { href } from '../router.js';
import { session } from '../session.js';
import { t } from '../text.js';
import { number, percent } from '../format.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { icon } from '../ui/icons.js';
import { badge, card, empty, linkButton, pageHead } from '../ui/parts.js';
import { routes } from '../routes.js';
import { timeAgo } from '../ui/time.js';

/** How many of what waits, or comes, are shown here. */
const SHOWN = 5;

/** Where the others are, when there are more. */
const all = ({ value }, to) => (value?.total > SHOWN ? linkButton({ text: t('start.all', { n: value.total }), to, kind: 'btn-sm' }) : nothing);

class Start extends Page {
  #stats = new Loader(this, async () => (await api.get('/api/v1/dashboard/stats')).data);
  #waiting = new Loader(this, async () => (await api.get('/api/v1/key-requests', { awaiting_me: true, size: SHOWN })).data);
  #own = new Loader(this, async () => (await api.get('/api/v1/key-requests', { mine: true, size: SHOWN })).data);
  #upcoming = new Loader(this, async () => (await api.get('/api/v1/lifecycle/upcoming', { within: 'P30D', size: SHOWN })).data);

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('start.nav');
    if (session.may('keys:read')) {
      this.#stats.run();
      this.#upcoming.run();
    }
    if (session.may('requests:approve')) {
      this.#waiting.run();
    }
    if (session.may('requests:write')) {
      this.#own.run();
    }
  }

  render() {
    return html`${pageHead({
        title: t('start.title', { name: session.person.name }),
        actions: html`${session.may('requests:write') ? linkButton({ text: t('request.ask'), to: href('/requests/new'), kind: 'btn-primary', image: 'plus' }) : nothing}`,
      })}
      <div class="stack">
        ${session.may('keys:read') ? this.#stats.view((stats) => this.#tiles(stats)) : this.#pages()}
        <div class="columns columns-even">
          ${session.may('requests:approve') ? card({ title: t('start.waiting'), actions: all(this.#waiting, href('/requests', { awaiting_me: true })), flush: true, body: this.#waiting.view((list) => this.#requests(list, t('start.waiting_none'))) }) : nothing}
          ${session.may('requests:write') ? card({ title: t('start.own_requests'), actions: all(this.#own, href('/requests', { mine: true })), flush: true, body: this.#own.view((list) => this.#requests(list, t('start.own_none'))) }) : nothing}
          ${session.may('keys:read') ? card({ title: t('start.upcoming'), actions: all(this.#upcoming, href('/upcoming', { within: 'P30D' })), flush: true, body: this.#upcoming.view((list) => this.#ends(list)) }) : nothing}
        </div>
      </div>`;
  }

  /** For roles that see no keys: the pages that they have all the same. */
  #pages() {
    const own = routes.filter((route) => route.section && route.section !== 'start' && session.may(...(route.scopes ?? [])) && (route.when?.(session) ?? true));
    return own.length === 0
      ? html`<section class="card">${empty({ title: t('start.nothing'), text: t('start.nothing_text'), image: 'key' })}</section>`
      : card({
          title: t('start.pages'),
          hint: t('start.pages_text'),
          flush: true,
          body: html`<div class="list-group list-group-flush">${own.map((route) => html`<a class="list-group-item list-group-item-action" href=${href(route.path)}>${icon(route.icon)} ${t(route.title)}</a>`)}</div>`,
        });
  }

  #tiles(stats) {
    const tile = (name, value, hint = nothing) => html`<div class="card"><div class="card-body">
      <div class="text-secondary">${name}</div><div class="tile-value">${value}</div>${hint}</div></div>`;
    return html`<div class="tiles">
      ${tile(t('start.active_keys'), html`<a class="text-reset" href=${href('/keys', { status: 'active' })}>${number(stats.active_api_keys)}</a>`)}
      ${tile(t('start.calls'), number(stats.total_api_calls))}
      ${tile(t('start.success'), percent(stats.api_usage.success_rate / 100))}
      ${tile(t('start.response'), t('start.ms', { n: Math.round(stats.api_usage.avg_response_time * 1000) }))}
      ${tile(t('start.open_requests'), html`<a class="text-reset" href=${href('/requests', { status: 'pending' })}>${number(stats.open_tickets)}</a>`)}
    </div>`;
  }

  #requests(list, none) {
    if (list.key_requests.length === 0) {
      return empty({ title: none, image: 'check' });
    }
    return html`<div class="list-group list-group-flush">${list.key_requests.map(
      (request) => html`<a class="list-group-item list-group-item-action" href=${href(`/requests/${request.id}`)}>
        <div class="d-flex justify-content-between gap-2"><span>${request.subject}</span>${badge('status', request.status)}</div>
        <div class="text-secondary small">${request.requested_by} · ${timeAgo(request.created_at)}</div></a>`,
    )}</div>`;
  }

  #ends(list) {
    if (list.upcoming.length === 0) {
      return empty({ title: t('start.upcoming_none'), image: 'calendar' });
    }
    return html`<div class="list-group list-group-flush">${list.upcoming.map(
      (one) => html`<a class="list-group-item list-group-item-action" href=${href(`/keys/${one.key_id}`)}>
        <div class="d-flex justify-content-between gap-2"><span>${one.name}</span>${badge('upcoming.event', one.event, 'yellow')}</div>
        <div class="text-secondary small">${timeAgo(one.at)}</div></a>`,
    )}</div>`;
  }
}

define('page-start', Start);
