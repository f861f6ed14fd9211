// A list of the server's: paged, sorted and filtered there. What it shows stands in the query of the
// page, so that a link or a reload shows the same.
import { View, define, html, live, nothing } from '../lit.js';
import { Problem } from '../api.js';
import { router } from '../router.js';
import { t } from '../text.js';
import { number } from '../format.js';
import { empty, problemBox } from './parts.js';
import { icon } from './icons.js';

const SIZES = [10, 25, 50, 100, 200];
const TYPING_MS = 350;
/** What can be pressed in a row. */
const CONTROLS = 'a[href], button:enabled, input:enabled';

/**
 * <ak-table .columns .filters .source .caption …>
 *
 * columns: [{title, cell: (row) => template, sort: 'name', end: true, main: true}] — sort is the
 *   API's word for it, main marks the column that heads the card on narrow screens.
 * filters: [{name, title, options: [[value, text]], type: 'search' | 'date', wide, hidden}] — named as in the API;
 *   a hidden one is set by a link of the page.
 * source: async (query) => ({rows, total}), or ({rows, next}) for a list that pages by a cursor.
 * list: (rows) => template, for rows that are no rows of a table; then there are no columns.
 * prefix: before the names in the query, when a page has two tables; `fixed`: no query at all.
 * selectable: (row) => whether it can be chosen; `selected` holds the keys (rowKey(row)) of those that
 *   are, and `select` tells of a change with the rows themselves. A new page begins anew.
 */
class Table extends View {
  static properties = {
    columns: { attribute: false },
    list: { attribute: false },
    filters: { attribute: false },
    source: { attribute: false },
    none: { attribute: false },
    caption: {},
    prefix: {},
    sort: {},
    size: { type: Number },
    rowKey: { attribute: false },
    selectable: { attribute: false },
    actions: { attribute: false },
    answer: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  #turn = 0;
  /** What is being typed into filters, by their names: the text, and the timer until it counts. */
  #drafts = new Map();
  #onQuery = () => this.#queryChanged();
  #shown = '';

  constructor() {
    super();
    this.columns = [];
    this.list = null;
    this.filters = [];
    this.caption = '';
    this.prefix = '';
    this.sort = '';
    this.size = 10;
    this.rowKey = (row) => row.id;
    this.selectable = null;
    this.selected = new Set();
    this.actions = nothing;
  }

  connectedCallback() {
    super.connectedCallback();
    router.addEventListener('query', this.#onQuery);
    this.#shown = this.#own();
    this.reload();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    router.removeEventListener('query', this.#onQuery);
    this.#forgetDrafts();
  }

  /** Whose row goes, or whose button in it, goes on with what has come into its place. */
  update(changed) {
    const row = this.contains(document.activeElement) ? document.activeElement.closest('tbody tr') : null;
    const place = row ? [...row.querySelectorAll(CONTROLS)].indexOf(document.activeElement) : -1;
    const index = row?.sectionRowIndex;
    super.update(changed);
    if (row && !this.contains(document.activeElement)) {
      this.#focus(index, place);
    }
  }

  /** The same control of the row that stands there now; the page's heading when no row is left. */
  #focus(index, place) {
    const rows = [...this.querySelectorAll('tbody tr')];
    const controls = [...(rows[Math.min(index, rows.length - 1)]?.querySelectorAll(CONTROLS) ?? [])];
    (controls[Math.min(place, controls.length - 1)] ?? this.closest('main')?.querySelector('h1'))?.focus();
  }

  #forgetDrafts() {
    this.#drafts.forEach(({ timer }) => clearTimeout(timer));
    this.#drafts.clear();
  }

  /** Loads the page that is shown anew. */
  async reload() {
    this.#turn += 1;
    const turn = this.#turn;
    this.busy = true;
    try {
      const query = this.#query();
      const answer = { ...(await this.source(query)), query };
      const last = this.#lastPage(answer);
      if (turn === this.#turn && this.#page > last) {
        this.#set({ page: last === 1 ? undefined : last }); // rows went meanwhile, or the link is old
      } else if (turn === this.#turn) {
        this.answer = answer;
        this.problem = null;
        if (this.selected.size > 0) {
          this.selected.clear(); // what is chosen is what was seen
          this.#tell();
        }
      }
    } catch (failure) {
      if (turn === this.#turn) {
        this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
      }
    } finally {
      if (turn === this.#turn) {
        this.busy = false;
      }
    }
  }

  #get(name) {
    return router.query[this.prefix + name];
  }

  get #page() {
    return Number(this.#get('page') || 1);
  }

  /** The last page that there is; a list with a cursor does not say. */
  #lastPage({ total }) {
    return total === undefined ? Infinity : Math.max(1, Math.ceil(total / Number(this.#get('size') || this.size)));
  }

  #query() {
    const query = Object.fromEntries(this.filters.map(({ name }) => [name, this.#get(name)]).filter(([, value]) => value));
    const cursor = this.#get('cursor');
    return {
      ...query,
      sort: this.#get('sort') || this.sort || undefined,
      size: this.#get('size') || this.size,
      ...(cursor ? { cursor } : { page: this.#page }),
    };
  }

  /** What of the page's query is this table's. */
  #own() {
    const names = ['page', 'cursor', 'size', 'sort', ...this.filters.map(({ name }) => name)];
    return JSON.stringify(names.map((name) => this.#get(name) ?? ''));
  }

  #queryChanged() {
    const own = this.#own();
    if (own !== this.#shown) {
      this.#shown = own;
      this.selected.clear();
      this.#tell();
      this.reload();
    }
  }

  /** Changes the query; whatever is changed, a list with a cursor begins anew unless the cursor is given. */
  #set(changes, trail = []) {
    const query = router.query;
    for (const [name, value] of Object.entries({ cursor: undefined, ...changes })) {
      query[this.prefix + name] = value;
    }
    router.setQuery(query, { [`${this.prefix}trail`]: trail });
  }

  /** The cursors of the pages before this one; the browser keeps them beside the address, for going back to it. */
  get #trail() {
    return history.state?.[`${this.prefix}trail`] ?? [];
  }

  #filter(name, value) {
    this.#set({ [name]: value, page: undefined });
  }

  #typed(name, text) {
    clearTimeout(this.#drafts.get(name)?.timer);
    const timer = setTimeout(() => {
      this.#drafts.set(name, { text, timer: 0 });
      this.#filter(name, text.trim());
    }, TYPING_MS);
    this.#drafts.set(name, { text, timer });
  }

  /** What a filter's input shows: what is being typed, as it is typed, until the query says something else. */
  #typedOr(name, value) {
    const draft = this.#drafts.get(name);
    return draft && (draft.timer || draft.text.trim() === value) ? draft.text : value;
  }

  #sortBy(word) {
    const present = this.#get('sort') || this.sort;
    this.#set({ sort: present === word ? `-${word}` : word, page: undefined });
  }

  get #isFiltered() {
    return this.filters.some(({ name, hidden }) => !hidden && this.#get(name));
  }

  #clear = () => {
    this.#forgetDrafts();
    this.#set(Object.fromEntries([...this.filters.filter(({ hidden }) => !hidden).map(({ name }) => [name, undefined]), ['page', undefined]]));
  };

  #tell() {
    const rows = (this.answer?.rows ?? []).filter((row) => this.selected.has(this.rowKey(row)));
    this.dispatchEvent(new CustomEvent('select', { detail: rows }));
    this.requestUpdate();
  }

  #choose(key, chosen) {
    if (chosen) {
      this.selected.add(key);
    } else {
      this.selected.delete(key);
    }
    this.#tell();
  }

  render() {
    return html`<p class="visually-hidden" role="status">${this.#found()}</p>
      ${this.filters.some(({ hidden }) => !hidden) || this.actions !== nothing ? this.#bar() : nothing}
      ${this.problem ? html`<div class="card-body">${problemBox(this.problem, () => this.reload())}</div>` : this.#body()}`;
  }

  /** What has come, for who does not see the rows change. */
  #found() {
    if (!this.answer || this.problem) {
      return nothing;
    }
    const { rows, total } = this.answer;
    if (rows.length === 0) {
      return t(this.#isFiltered ? 'table.nothing_found' : 'table.empty');
    }
    return total === undefined ? t('table.shown', { n: rows.length }) : this.#range();
  }

  #range() {
    const { rows, total, query } = this.answer;
    const first = (query.page - 1) * query.size + 1;
    return t('table.range', { first: number(first), last: number(first + rows.length - 1), total: number(total) });
  }

  #bar() {
    return html`<div class="table-bar" role="search" aria-label=${t('table.filters', { list: this.caption })}>
      ${this.filters.filter(({ hidden }) => !hidden).map((filter) => this.#control(filter))}
      ${this.#isFiltered ? html`<button type="button" class="btn btn-ghost-secondary" @click=${this.#clear}>${icon('x')}${t('table.clear')}</button>` : nothing}
      ${this.actions === nothing ? nothing : html`<div class="ms-auto btn-list">${this.actions}</div>`}
    </div>`;
  }

  #control({ name, title, options, type, wide }) {
    const id = `filter-${this.prefix}${name}`;
    const value = this.#get(name) ?? '';
    const control = options
      ? html`<select id=${id} class="form-select" @change=${(event) => this.#filter(name, event.target.value)}>
          <option value="" .selected=${live(value === '')}>${t('table.all')}</option>
          ${options.map(([key, text]) => html`<option value=${key} .selected=${live(String(key) === value)}>${text}</option>`)}
        </select>`
      : html`<input id=${id} class="form-control" type=${type ?? 'search'} .value=${live(this.#typedOr(name, value))} autocomplete="off"
          @input=${(event) => this.#typed(name, event.target.value)}>`;
    return html`<div class="table-filter ${wide ? 'table-filter-wide' : ''}"><label for=${id}>${title}</label>${control}</div>`;
  }

  #body() {
    if (!this.answer) {
      return html`<div class="state" role="status"><div class="spinner-border text-secondary" aria-hidden="true"></div>
        <p class="text-secondary mt-2 mb-0">${t('common.loading')}</p></div>`;
    }
    const { rows } = this.answer;
    if (rows.length === 0 && this.#isFiltered) {
      return empty({
        title: t('table.nothing_found'),
        text: t('table.nothing_found_text'),
        image: 'search',
        action: html`<button type="button" class="btn" @click=${this.#clear}>${t('table.clear')}</button>`,
      });
    }
    if (rows.length === 0) {
      return this.none ?? empty({ title: t('table.empty') });
    }
    return html`${this.list ? html`<div aria-busy=${this.busy ? 'true' : 'false'}>${this.list(rows)}</div>` : this.#table(rows)}${this.#foot()}`;
  }

  #table(rows) {
    return html`<div class="table-responsive" tabindex="0" role="region" aria-label=${this.caption}>
        <table class="table table-vcenter card-table table-stacking" aria-busy=${this.busy ? 'true' : 'false'}>
          <caption class="visually-hidden">${this.caption}</caption>
          <thead><tr>
            ${this.selectable ? this.#chooseAll(rows.filter(this.selectable)) : nothing}
            ${this.columns.map((column) => this.#head(column))}
          </tr></thead>
          <tbody>${rows.map((row) => this.#row(row))}</tbody>
        </table>
      </div>`;
  }

  #chooseAll(rows) {
    const all = rows.length > 0 && rows.every((row) => this.selected.has(this.rowKey(row)));
    return html`<td class="w-1"><input class="form-check-input m-0" type="checkbox" aria-label=${t('table.choose_all')} .checked=${live(all)} ?disabled=${rows.length === 0}
      @change=${(event) => {
        rows.forEach((row) => this.selected[event.target.checked ? 'add' : 'delete'](this.rowKey(row)));
        this.#tell();
      }}></td>`;
  }

  #head({ title, sort, end }) {
    const present = this.#get('sort') || this.sort;
    const way = present === sort ? 'ascending' : present === `-${sort}` ? 'descending' : nothing;
    return html`<th scope="col" class=${end ? 'text-end' : ''} aria-sort=${sort ? way : nothing}>
      ${sort
        ? html`<button type="button" class="sort" @click=${() => this.#sortBy(sort)}>${title}
            ${way === nothing ? nothing : icon(way === 'ascending' ? 'up' : 'down')}</button>`
        : title || html`<span class="visually-hidden">${t('table.actions')}</span>`}
    </th>`;
  }

  #row(row) {
    const key = this.rowKey(row);
    return html`<tr>
      ${this.selectable
        ? html`<td class="w-1 cell-choose"><input class="form-check-input m-0" type="checkbox" aria-label=${t('table.choose_one', { name: String(row.name ?? row.subject ?? key) })}
            .checked=${live(this.selected.has(key))} ?disabled=${!this.selectable(row)} @change=${(event) => this.#choose(key, event.target.checked)}></td>`
        : nothing}
      ${this.columns.map(({ title, cell, end, main }) => html`<td data-label=${title} class="${end ? 'text-end' : ''} ${main ? 'cell-main' : ''}">${cell(row)}</td>`)}
    </tr>`;
  }

  /** It keeps the focus while the page is on its way, and at the end: for that it must not be `disabled`. */
  #pageButton(isEnd, step, words) {
    const off = isEnd || this.busy;
    return html`<button type="button" class="btn btn-sm ${off ? 'disabled' : ''}" aria-disabled=${off ? 'true' : 'false'} @click=${() => off || step()}>${words}</button>`;
  }

  /** Of the page that is shown, also while another one is on its way. */
  #foot() {
    const { rows, total, next, query } = this.answer;
    const cursors = next !== undefined;
    const size = Number(query.size);
    const isFirst = cursors ? !query.cursor : query.page === 1;
    const isLast = cursors ? !next : (query.page - 1) * size + rows.length >= total;
    if (isFirst && isLast && rows.length <= SIZES[0]) {
      return total === undefined ? nothing : html`<div class="table-foot text-secondary">${t('table.all_of', { n: total })}</div>`;
    }
    const step = (by) => {
      const trail = this.#trail;
      if (cursors && by > 0) {
        this.#set({ cursor: next }, [...trail, this.#get('cursor') ?? '']);
      } else if (cursors) {
        this.#set({ cursor: trail.at(-1) || undefined }, trail.slice(0, -1));
      } else {
        this.#set({ page: query.page + by === 1 ? undefined : query.page + by });
      }
    };
    return html`<nav class="table-foot" aria-label=${t('table.pages', { list: this.caption })}>
      <span class="text-secondary">${cursors ? nothing : this.#range()}</span>
      <label class="ms-auto text-secondary table-size">${t('table.size')}
        <select class="form-select form-select-sm" @change=${(event) => this.#filter('size', event.target.value)}>
          ${SIZES.map((each) => html`<option value=${each} ?selected=${each === size}>${each}</option>`)}
        </select></label>
      <div class="btn-group">
        ${this.#pageButton(isFirst, () => step(-1), html`${icon('left')}${t('table.back')}`)}
        ${this.#pageButton(isLast, () => step(1), html`${t('table.next')}${icon('right')}`)}
      </div>
    </nav>`;
  }
}

define('ak-table', Table);
