// The nodes, how far each is behind, and the health of this one.
import { define, html } from '../lit.js';
import { api } from '../api.js';
import { every } from '../every.js';
import { number } from '../format.js';
import { t } from '../text.js';
import { Loader } from '../ui/loader.js';
import { Page } from '../ui/page.js';
import { badge, button, card, code, facts, pageHead } from '../ui/parts.js';
import { timeAgo } from '../ui/time.js';

const EVERY_MS = 5_000;

class Cluster extends Page {
  #stop = () => {};
  #cluster = new Loader(this, async () => (await api.get('/api/v1/cluster')).data);
  #health = new Loader(this, async () => {
    // a server that is not well answers 503 and says why
    return (await api.get('/health', {}, { anonymous: true, expected: 503 })).data;
  });

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('cluster.title');
    this.#refresh();
    this.#stop = every(EVERY_MS, () => this.#refresh());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  #refresh() {
    return Promise.all([this.#cluster.run(), this.#health.run()]);
  }

  render() {
    return html`${pageHead({ title: t('cluster.title'), below: t('cluster.below'), actions: button({ text: t('checkpoints.refresh'), image: 'refresh', click: () => this.#refresh() }) })}
      <div class="stack">
        ${card({ title: t('cluster.nodes'), flush: true, body: this.#cluster.view((cluster) => this.#nodes(cluster)) })}
        ${card({
          title: t('cluster.shared'),
          body: this.#cluster.view(({ grid, limits }) => facts([
            [t('cluster.grid'), grid.available ? t('cluster.members', { n: grid.members }) : t('cluster.no_grid')],
            [t('cluster.limits'), limits.shared ? t('cluster.leased') : t('cluster.local')],
            [t('cluster.held'), number(limits.keys_held)],
            [t('cluster.asked'), number(limits.leases_asked)],
          ])),
        })}
        ${card({ title: t('cluster.health'), flush: true, body: this.#health.view((health) => this.#checks(health)) })}
      </div>`;
  }

  #nodes({ nodes }) {
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${t('cluster.nodes')}><table class="table table-vcenter card-table table-stacking">
      <caption class="visually-hidden">${t('cluster.nodes')}</caption>
      <thead><tr><th scope="col">${t('cluster.node')}</th><th scope="col">${t('people.state')}</th><th scope="col">${t('cluster.lag')}</th><th scope="col">${t('cluster.leases')}</th><th scope="col">${t('cluster.seen')}</th><th scope="col">${t('cluster.started')}</th></tr></thead>
      <tbody>${nodes.map((node) => html`<tr>
        <td class="cell-main">${code(node.id)}<div class="text-secondary fw-normal small">${node.address}${node.self ? ` · ${t('cluster.self')}` : ''}</div></td>
        <td data-label=${t('people.state')}>${badge('node', node.state)}</td>
        <td data-label=${t('cluster.lag')}>${node.lag_ms === null || node.lag_ms === undefined ? '' : t('start.ms', { n: node.lag_ms })}</td>
        <td data-label=${t('cluster.leases')}>${number(node.leases)}</td>
        <td data-label=${t('cluster.seen')}>${timeAgo(node.seen_at)}</td>
        <td data-label=${t('cluster.started')}>${timeAgo(node.started_at)}</td></tr>`)}</tbody></table></div>`;
  }

  #checks({ checks }) {
    return html`<div class="list-group list-group-flush">${checks.map((check) => html`<div class="list-group-item">
      <div class="d-flex justify-content-between gap-2"><span>${check.name}</span>${badge('health', check.status)}</div>
      ${check.data ? html`<div class="text-secondary small">${Object.entries(check.data).map(([name, value]) => `${name}: ${value}`).join(' · ')}</div>` : ''}</div>`)}</div>`;
  }
}

define('page-cluster', Cluster);
