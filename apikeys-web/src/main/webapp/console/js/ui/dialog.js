// Dialogs: modal, closed by Escape unless something was typed, with the focus kept inside and given back (the browser's own).
import { html, nothing, render } from '../lit.js';
import { Problem } from '../api.js';
import { router } from '../router.js';
import { t } from '../text.js';
import { button, problemBox, values } from './parts.js';

const open = new Set();
let opened = 0;

/** Closes those that belong to a page which is left, or to a session that has ended. */
export function closeDialogs() {
  [...open].forEach((close) => close(null));
}

/**
 * Opens a dialog with a form and answers what `submit` answered, or null when it was cancelled.
 * `action` may be a function, for words that change meanwhile. `body` gets {problem, redraw} and answers
 * the fields; `submit` gets what the form holds and makes
 * the call: the dialog stays open while that fails, and shows why. While the call is under way nothing closes it, so
 * that its answer is not missed; `leavable` is for one that can wait for ever. `lasting`: what it shows is seen this
 * once, so only its own button closes it. `apart`: it belongs to no page and stays when one is left.
 */
export function dialog({
  title, body, submit, action = t('common.save'), kind = 'btn-primary', wide = false, cancel = t('common.cancel'), lasting = false, leavable = false, apart = false,
}) {
  opened += 1;
  const id = `dialog-title-${opened}`;
  const element = document.createElement('dialog');
  element.className = `dialog${wide ? ' dialog-wide' : ''}`;
  element.setAttribute('aria-labelledby', id);
  document.body.append(element);
  return new Promise((resolve) => {
    let problem = null;
    let busy = false;
    let typed = false;
    let escaped = false;
    let release = () => {};
    const hold = (why) => {
      release();
      release = why ? router.hold(why) : () => {};
    };
    hold(lasting ? t('leave.once') : null);
    const close = (result) => {
      hold(null);
      open.delete(close);
      element.close();
      element.remove();
      resolve(result);
    };
    const cancelled = () => {
      if (!lasting && (!busy || leavable)) {
        close(null);
      }
    };
    if (!apart) {
      open.add(close);
    }
    const onInput = ({ target }) => {
      if (!typed && !lasting && target.matches('textarea, input:not([type="checkbox"], [type="radio"])')) {
        typed = true;
        hold(t('leave.typed'));
      }
    };
    const onSubmit = async (event) => {
      event.preventDefault();
      if (busy) {
        return;
      }
      busy = true;
      problem = null;
      if (submit && !leavable) {
        hold(t('leave.busy'));
      }
      draw();
      try {
        const given = values(event.target);
        close((await submit?.(given)) ?? given);
      } catch (failure) {
        hold(typed ? t('leave.typed') : null);
        problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
        busy = false;
        draw();
        element.querySelector('[aria-invalid="true"]')?.focus();
      }
    };
    const draw = () =>
      render(
        html`<form class="dialog-form" novalidate @submit=${onSubmit} @input=${onInput}>
          <header class="dialog-head">
            <h2 id=${id} class="modal-title">${title}</h2>
            ${lasting ? nothing : html`<button type="button" class="btn-close" aria-label=${t('common.close')} ?disabled=${busy && !leavable} @click=${cancelled}></button>`}
          </header>
          <div class="dialog-body">
            ${problem && !problem.errors?.length ? problemBox(problem) : nothing}
            ${problem?.errors?.length && !problem.errors.some((error) => element.querySelector(`[name="${CSS.escape(error.field.replace(/\[\d+\]$/, ''))}"]`)) ? problemBox(problem) : nothing}
            ${body({ problem, redraw: draw, error: (name) => problem?.field(name) ?? '' })}
          </div>
          <footer class="dialog-foot">
            <span class="dialog-note text-secondary" role="status">${escaped ? t('common.typed') : nothing}</span>
            ${cancel ? html`<button type="button" class="btn" ?disabled=${busy && !leavable} @click=${cancelled}>${cancel}</button>` : nothing}
            ${button({ text: typeof action === 'function' ? action() : action, type: 'submit', kind, busy })}
          </footer>
        </form>`,
        element,
      );
    // Escape is hit by accident too: what was typed goes by a button alone
    const escape = () => {
      if (typed && !busy) {
        escaped = true;
        draw();
      } else {
        cancelled();
      }
    };
    element.addEventListener('cancel', (event) => {
      event.preventDefault();
      escape();
    });
    // Chromium closes at a second Escape without asking
    element.addEventListener('close', () => {
      if (element.isConnected) {
        if (busy || lasting || typed) {
          element.showModal();
        } else {
          close(null);
        }
      }
    });
    draw();
    element.showModal();
    element.querySelector('.dialog-body :is(input, select, textarea):enabled')?.focus();
  });
}

/** Asks before something that can't be taken back. Answers whether it was done. */
export const confirm = ({ title, text, action, kind = 'btn-danger', submit, ...more }) =>
  dialog({ ...more, title, action, kind, submit, body: () => html`<p class="mb-0">${text}</p>` }).then((result) => result !== null);

