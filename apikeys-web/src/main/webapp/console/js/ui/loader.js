// Loading for a page: what is shown meanwhile, when it fails, and when there is nothing.
import { nothing } from '../lit.js';
import { Problem } from '../api.js';
import { problemBox, spinner } from './parts.js';

/**
 * Loads something for an element and shows it: this.key = new Loader(this, () => api.get(…)), then
 * this.key.view((answer) => html`…`) in render(). An answer that was overtaken by a later one is
 * dropped; what is shown stays while it is loaded anew.
 */
export class Loader {
  value = undefined;
  problem = null;
  busy = false;
  #host;
  #load;
  #turn = 0;

  constructor(host, load) {
    this.#host = host;
    this.#load = load;
  }

  async run() {
    this.#turn += 1;
    const turn = this.#turn;
    this.busy = true;
    this.#host.requestUpdate();
    try {
      const value = await this.#load();
      if (turn === this.#turn) {
        this.value = value;
        this.problem = null;
      }
    } catch (failure) {
      if (turn === this.#turn) {
        this.problem = failure instanceof Problem ? failure : new Problem({ code: 'CONSOLE', detail: failure.message });
      }
      if (!(failure instanceof Problem)) {
        console.error(failure);
      }
    } finally {
      if (turn === this.#turn) {
        this.busy = false;
        this.#host.requestUpdate();
      }
    }
  }

  /** Loads something else: what is shown is not taken for it meanwhile. */
  another() {
    this.value = undefined;
    this.problem = null;
    return this.run();
  }

  view(ready) {
    if (this.problem) {
      return problemBox(this.problem, () => this.run());
    }
    return this.value === undefined ? (this.busy ? spinner() : nothing) : ready(this.value);
  }
}
