// Lit, in the two parts that need no import map: templates and reactive elements. Elements render
// into the light DOM, so that the style sheet of the page applies to them.
import { ReactiveElement } from '../lib/lit__reactive-element/reactive-element.js';
import { html, nothing, render, svg } from '../lib/lit-html/lit-html.js';

export { html, nothing, render, svg };
export { classMap } from '../lib/lit-html/directives/class-map.js';
export { live } from '../lib/lit-html/directives/live.js';
export { repeat } from '../lib/lit-html/directives/repeat.js';
export { styleMap } from '../lib/lit-html/directives/style-map.js';

/** An element that renders its template into itself whenever one of its properties changes. */
export class View extends ReactiveElement {
  createRenderRoot() {
    return this;
  }

  update(changed) {
    const template = this.render();
    super.update(changed);
    render(template, this, { host: this });
  }

  render() {
    return nothing;
  }
}

/** Defines an element once; a second definition of the same name is a mistake in the code. */
export function define(name, type) {
  customElements.define(name, type);
  return type;
}
