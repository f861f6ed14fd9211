// Numbers of countries on a map of the world, with the same numbers as a table and as CSV.
import { View, define, html, nothing, svg } from '../lit.js';
import { csv, download, number, percent } from '../format.js';
import { LANGUAGE, t } from '../text.js';
import { empty, spinner } from './parts.js';
import { icon } from './icons.js';

const SHADES = 5;
const names = new Intl.DisplayNames([LANGUAGE], { type: 'region', fallback: 'code' });
let world = null;

/** The outlines, when the first map is shown. */
function outlines() {
  world ??= import('./world-outlines.js');
  return world;
}

/** The name of a country by its ISO 3166-1 code of two letters. */
export function countryName(code) {
  try {
    return names.of(code);
  } catch {
    return code;
  }
}

/**
 * <ak-world caption="…" unit="Calls" file="…" .values=${[['DE', 12], …]}>
 *
 * Shades go by orders of magnitude: the difference between 10 and 100 counts as much as that between
 * 1,000 and 10,000. A country that is too small to be seen is a dot.
 */
class World extends View {
  static properties = {
    caption: {},
    unit: {},
    file: {},
    values: { attribute: false },
    asTable: { state: true },
    outlines: { state: true },
    failed: { state: true },
  };

  constructor() {
    super();
    this.caption = '';
    this.unit = '';
    this.file = 'countries';
    this.values = [];
    this.asTable = false;
    this.outlines = null;
  }

  async connectedCallback() {
    super.connectedCallback();
    try {
      this.outlines = await outlines();
    } catch {
      this.failed = true;
      this.asTable = true;
    }
  }

  get #most() {
    return Math.max(...this.values.map(([, value]) => value));
  }

  /** 1 for the fewest, SHADES for the most; 0 for none. */
  #shade(value) {
    return value > 0 ? Math.max(1, Math.ceil((SHADES * Math.log(value + 1)) / Math.log(this.#most + 1))) : 0;
  }

  /** The shades that a number can have, each with the fewest that it stands for. */
  get #legend() {
    const from = Array.from({ length: SHADES }, (_, index) => Math.floor((this.#most + 1) ** (index / SHADES)));
    return from.map((n, index) => ({ n, shade: index + 1 })).filter(({ n }, index) => n !== from[index + 1]);
  }

  #save() {
    download(`${this.file}.csv`, csv([[t('world.code'), t('world.country'), this.unit], ...this.values.map(([code, value]) => [code, countryName(code), value])]), 'text/csv');
  }

  render() {
    if (this.values.length === 0) {
      return empty({ title: t('world.none'), image: 'world' });
    }
    return html`<figure class="chart">
      <div class="chart-tools btn-list">
        ${this.failed ? nothing : html`<button type="button" class="btn btn-sm" aria-pressed=${this.asTable ? 'true' : 'false'} @click=${() => { this.asTable = !this.asTable; }}>
          ${icon(this.asTable ? 'world' : 'list')}${t(this.asTable ? 'world.as_map' : 'chart.as_table')}</button>`}
        <button type="button" class="btn btn-sm" @click=${() => this.#save()}>${icon('download')}CSV</button>
      </div>
      ${this.asTable ? this.#table() : this.outlines ? this.#map(this.outlines) : spinner()}
      <figcaption class="visually-hidden">${this.caption}</figcaption>
    </figure>`;
  }

  #map({ WIDTH, HEIGHT, COUNTRIES, SMALL, REST }) {
    const values = new Map(this.values);
    const title = (code) => svg`<title>${countryName(code)}${values.has(code) ? `: ${number(values.get(code))}` : ''}</title>`;
    return html`<svg class="world" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${t('chart.described', { caption: this.caption })}>
        <path class="world-0" d=${REST}></path>
        ${Object.entries(COUNTRIES).map(([code, outline]) => svg`<path class="world-${this.#shade(values.get(code))}" d=${outline}>${title(code)}</path>`)}
        ${Object.entries(SMALL).map(([code, [x, y]]) => (values.get(code) ? svg`<circle class="world-${this.#shade(values.get(code))}" cx=${x} cy=${y} r="9">${title(code)}</circle>` : nothing))}
      </svg>
      <ul class="world-legend" aria-hidden="true">${this.#legend.map(({ n, shade }) => html`<li><span class="world-key world-${shade}"></span>${t('world.from', { n })}</li>`)}</ul>`;
  }

  #table() {
    const all = this.values.reduce((sum, [, value]) => sum + value, 0);
    return html`<div class="table-responsive chart-table" tabindex="0" role="region" aria-label=${this.caption}>
      <table class="table table-sm table-vcenter"><caption class="visually-hidden">${this.caption}</caption>
        <thead><tr><th scope="col">${t('world.country')}</th><th scope="col" class="text-end">${this.unit}</th><th scope="col" class="text-end">${t('world.share')}</th></tr></thead>
        <tbody>${this.values.map(([code, value]) => html`<tr><th scope="row">${countryName(code)}</th><td class="text-end">${number(value)}</td><td class="text-end">${percent(value / all)}</td></tr>`)}</tbody>
      </table></div>`;
  }
}

define('ak-world', World);
