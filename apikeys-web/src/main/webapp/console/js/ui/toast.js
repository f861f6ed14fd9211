// Short words about what has just happened. They go by themselves; problems stay until dismissed.
import { View, define, html, repeat } from '../lit.js';
import { Problem } from '../api.js';
import { t } from '../text.js';
import { icon } from './icons.js';

const SHOWN_MS = 6_000;
let shown = [];
let last = 0;

class Toasts extends View {
  render() {
    return html`<div class="toasts" role="status" aria-live="polite">
      ${repeat(
        shown,
        (toast) => toast.id,
        (toast) => html`<div class="alert alert-${toast.kind} alert-important toast-item">
          <div class="flex-fill">${toast.text}</div>
          <button type="button" class="btn-icon-plain" aria-label=${t('common.dismiss')} @click=${() => dismiss(toast.id)}>${icon('x')}</button>
        </div>`,
      )}
    </div>`;
  }
}

define('ak-toasts', Toasts);

function refresh() {
  document.querySelector('ak-toasts')?.requestUpdate();
}

function dismiss(id) {
  shown = shown.filter((toast) => toast.id !== id);
  refresh();
}

/** Takes all of them away: they are of a session that has ended. */
export function dismissAll() {
  shown = [];
  refresh();
}

export function toast(text, kind = 'success') {
  last += 1;
  const id = last;
  shown = [...shown, { id, text, kind }];
  refresh();
  if (kind !== 'danger') {
    setTimeout(() => dismiss(id), SHOWN_MS);
  }
}

/** For a call without a form to show its problem in. */
export function toastProblem(failure) {
  if (!(failure instanceof Problem)) {
    throw failure;
  }
  toast(failure.detail || failure.title || failure.code, 'danger');
}

/** What the call answers, or null when it is refused: that is told, and `after` shows how things stand. */
export async function orToast(call, after = () => {}) {
  try {
    return await call;
  } catch (failure) {
    toastProblem(failure);
    after();
    return null;
  }
}
