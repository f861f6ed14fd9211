// A time: in the reader's zone, how far away, and in UTC on hover and focus.
import { View, define, html } from '../lit.js';
import { ago, dateTime, utc } from '../format.js';
import { t } from '../text.js';

const TICK_MS = 30_000;

/** <ak-time .at=${iso}>; with `relative` it says how far away, with `none` what to say for no time. */
class Time extends View {
  static properties = { at: {}, relative: { type: Boolean }, none: {} };

  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    if (this.relative) {
      this.#timer = setInterval(() => this.requestUpdate(), TICK_MS);
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  render() {
    if (!this.at) {
      return html`<span class="text-secondary">${this.none ?? t('time.never')}</span>`;
    }
    const local = dateTime(this.at);
    return this.relative
      ? html`<time datetime=${this.at} title="${local} · ${utc(this.at)}">${ago(this.at)}</time>`
      : html`<time datetime=${this.at} title=${utc(this.at)}>${local}</time>`;
  }
}

define('ak-time', Time);

export const time = (at, none) => html`<ak-time .at=${at ?? null} .none=${none ?? null}></ak-time>`;
export const timeAgo = (at, none) => html`<ak-time relative .at=${at ?? null} .none=${none ?? null}></ak-time>`;
