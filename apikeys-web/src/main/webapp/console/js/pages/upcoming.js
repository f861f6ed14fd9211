// What will happen to keys, and when.
import { define, html } from '../lit.js';
import { api } from '../api.js';
import { href } from '../router.js';
import { label, t } from '../text.js';
import { Page } from '../ui/page.js';
import { badge, empty, pageHead } from '../ui/parts.js';
import { time, timeAgo } from '../ui/time.js';
import '../ui/table.js';

const COLUMNS = [
  { title: t('keys.name'), main: true, cell: (one) => html`<a href=${href(`/keys/${one.key_id}`)}>${one.name}</a>` },
  { title: t('upcoming.what'), cell: (one) => badge('upcoming.event', one.event, one.event === 'expires' ? 'yellow' : 'azure') },
  { title: t('keys.owner'), cell: (one) => one.owner },
  { title: t('upcoming.when'), cell: (one) => html`${time(one.at)} <span class="text-secondary">(${timeAgo(one.at)})</span>` },
];
const WITHIN = ['P7D', 'P30D', 'P90D', 'P1Y'];

class Upcoming extends Page {
  #source = async (query) => {
    const { data } = await api.get('/api/v1/lifecycle/upcoming', query);
    return { rows: data.upcoming, total: data.total };
  };

  connectedCallback() {
    super.connectedCallback();
    this.heading = t('upcoming.title');
  }

  render() {
    return html`${pageHead({ title: t('upcoming.title'), below: t('upcoming.text') })}
      <section class="card"><ak-table caption=${t('upcoming.title')} .size=${25} .rowKey=${(one) => `${one.key_id} ${one.event}`} .columns=${COLUMNS} .source=${this.#source}
        .filters=${[{ name: 'within', title: t('upcoming.within'), options: WITHIN.map((one) => [one, label('upcoming.in', one)]) }]}
        .none=${empty({ title: t('upcoming.none'), text: t('upcoming.none_text'), image: 'calendar' })}></ak-table></section>`;
  }
}

define('page-upcoming', Upcoming);
