// A chart, with the same numbers as a table and as CSV for whoever would rather read or reckon.
import { View, define, html, nothing } from '../lit.js';
import { csv, download, number } from '../format.js';
import { LANGUAGE, t } from '../text.js';
import { empty } from './parts.js';
import { icon } from './icons.js';

const HUES = ['--tblr-blue', '--tblr-orange', '--tblr-green', '--tblr-purple', '--tblr-red', '--tblr-cyan', '--tblr-yellow', '--tblr-pink'];
let library = null;

/** Chart.js, when the first chart is shown. */
function charts() {
  library ??= import('../../lib/chart.js/dist/chart.umd.min.js').then(() => globalThis.Chart);
  return library;
}

/**
 * <ak-chart caption="…" type="line" .labels=${[…]} .series=${[{name, values, colour}]} .x=${'Time'}>
 *
 * type: line, bar, doughnut; stacked; unit: said after a value; file: name of the CSV without its end.
 */
class Chart extends View {
  static properties = {
    caption: {},
    type: {},
    labels: { attribute: false },
    series: { attribute: false },
    x: {},
    unit: {},
    file: {},
    stacked: { type: Boolean },
    asTable: { state: true },
    failed: { state: true },
  };

  #chart = null;
  #onTheme = () => this.#draw();

  constructor() {
    super();
    this.type = 'line';
    this.labels = [];
    this.series = [];
    this.x = '';
    this.unit = '';
    this.asTable = false;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('themechange', this.#onTheme);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('themechange', this.#onTheme);
    this.#chart?.destroy();
    this.#chart = null;
  }

  get #rows() {
    return this.labels.map((label, index) => [label, ...this.series.map((one) => one.values[index] ?? '')]);
  }

  #save() {
    download(`${this.file || 'chart'}.csv`, csv([[this.x, ...this.series.map((one) => one.name)], ...this.#rows]), 'text/csv');
  }

  updated() {
    this.#draw();
  }

  async #draw() {
    const canvas = this.querySelector('canvas');
    if (!canvas) {
      this.#chart?.destroy();
      this.#chart = null;
      return;
    }
    let Library;
    try {
      Library = await charts();
    } catch {
      this.failed = true;
      this.asTable = true;
      return;
    }
    if (!canvas.isConnected) {
      return;
    }
    this.#chart?.destroy();
    this.#chart = new Library(canvas, this.#configuration());
  }

  #configuration() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const text = colour('--tblr-secondary') || colour('--tblr-body-color');
    const line = colour('--tblr-border-color');
    const round = this.type === 'doughnut';
    const axis = { ticks: { color: text, maxRotation: 0, autoSkipPadding: 16 }, grid: { color: line }, border: { color: line } };
    return {
      type: this.type,
      data: {
        labels: this.labels,
        datasets: this.series.map((one, index) => {
          const hue = colour(one.colour ?? HUES[index % HUES.length]);
          return {
            label: one.name,
            data: one.values,
            borderColor: round ? colour('--tblr-bg-surface') : hue,
            backgroundColor: round ? HUES.map(colour) : this.type === 'bar' ? hue : `color-mix(in srgb, ${hue} 20%, transparent)`,
            borderWidth: 2,
            pointRadius: this.labels.length > 40 ? 0 : 2,
            tension: 0.25,
            fill: this.type === 'line' && this.series.length === 1,
          };
        }),
      },
      options: {
        locale: LANGUAGE,
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        interaction: { mode: 'index', intersect: false },
        scales: round
          ? {}
          : { x: { ...axis, stacked: this.stacked }, y: { ...axis, ticks: { ...axis.ticks, precision: this.unit ? undefined : 0 }, stacked: this.stacked, beginAtZero: true } },
        plugins: {
          legend: { display: round || this.series.length > 1, position: 'bottom', labels: { color: text, boxWidth: 12 } },
          tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.formattedValue}${this.unit ? ` ${this.unit}` : ''}` } },
        },
      },
    };
  }

  render() {
    if (this.labels.length === 0 || this.series.every((one) => one.values.every((value) => value === null || value === undefined))) {
      return empty({ title: t('chart.empty'), image: 'chart' });
    }
    return html`<figure class="chart">
      <div class="chart-tools btn-list">
        ${this.failed ? nothing : html`<button type="button" class="btn btn-sm" aria-pressed=${this.asTable ? 'true' : 'false'} @click=${() => { this.asTable = !this.asTable; }}>
          ${icon(this.asTable ? 'chart' : 'list')}${t(this.asTable ? 'chart.as_chart' : 'chart.as_table')}</button>`}
        <button type="button" class="btn btn-sm" @click=${() => this.#save()}>${icon('download')}CSV</button>
      </div>
      ${this.asTable ? this.#table() : html`<div class="chart-canvas"><canvas role="img" aria-label=${t('chart.described', { caption: this.caption })}></canvas></div>`}
      <figcaption class="visually-hidden">${this.caption}</figcaption>
    </figure>`;
  }

  #table() {
    return html`<div class="table-responsive chart-table" tabindex="0" role="region" aria-label=${this.caption}>
      <table class="table table-sm table-vcenter"><caption class="visually-hidden">${this.caption}</caption>
        <thead><tr><th scope="col">${this.x}</th>${this.series.map((one) => html`<th scope="col" class="text-end">${one.name}</th>`)}</tr></thead>
        <tbody>${this.#rows.map(([label, ...cells]) => html`<tr><th scope="row">${label}</th>${cells.map((cell) => html`<td class="text-end">${typeof cell === 'number' ? number(cell) : cell}</td>`)}</tr>`)}</tbody>
      </table></div>`;
  }
}

define('ak-chart', Chart);
