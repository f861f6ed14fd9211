// Copies text to the clipboard and says so.
import { View, define, html } from '../lit.js';
import { t } from '../text.js';
import { icon } from './icons.js';

const SHOWN_MS = 2_000;

/** <ak-copy .text=${…} label="…">: a button; the label says what is copied. */
class Copy extends View {
  static properties = { text: { attribute: false }, label: {}, wide: { type: Boolean }, state: { state: true } };

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.text);
      this.state = 'done';
    } catch {
      this.state = 'failed'; // no permission, or no secure context
    }
    setTimeout(() => {
      this.state = '';
    }, SHOWN_MS);
  }

  render() {
    const words = this.state ? t(`copy.${this.state}`) : (this.label ?? t('copy.copy'));
    return html`<button type="button" class="btn ${this.wide ? '' : 'btn-icon btn-sm btn-ghost-secondary'}" title=${words}
      aria-label=${words} @click=${() => this.#copy()}>${icon(this.state === 'done' ? 'check' : 'copy')}${this.wide ? words : ''}</button>
      <span class="visually-hidden" role="status">${this.state ? words : ''}</span>`;
  }
}

define('ak-copy', Copy);
