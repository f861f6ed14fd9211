// A secret that is shown once: with copy, a file, and lines that use it. It is in this page's memory
// only, and gone when the reader has put it away.
import { html, nothing } from '../lit.js';
import { ROOT } from '../api.js';
import { download } from '../format.js';
import { t } from '../text.js';
import { dialog } from './dialog.js';
import { button, hint } from './parts.js';
import { time } from './time.js';
import './copy.js';

const VARIABLE = 'API_KEY';

function linesOf(secret) {
  const url = `${location.origin}${ROOT}/api/v1/auth/me`;
  return {
    curl: `curl -H "X-API-Key: $${VARIABLE}" ${url}`,
    Java: `HttpRequest request = HttpRequest.newBuilder(URI.create("${url}"))
    .header("X-API-Key", System.getenv("${VARIABLE}"))
    .build();
HttpResponse<String> answer =
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());`,
    JavaScript: `const answer = await fetch('${url}', {
  headers: { 'X-API-Key': process.env.${VARIABLE} },
});`,
    Python: `import os, urllib.request
request = urllib.request.Request("${url}", headers={"X-API-Key": os.environ["${VARIABLE}"]})
answer = urllib.request.urlopen(request)`,
    '.env': `${VARIABLE}=${secret}\n`,
  };
}

/** The secret and what to do with it. */
export function secretView(key, { again = Boolean(key.publishable) } = {}) {
  const { '.env': file, ...lines } = linesOf(key.key);
  return html`<p class="mb-2"><strong>${t(again ? 'secret.again' : 'secret.once')}</strong> ${t(again ? 'secret.again_text' : 'secret.once_text')}</p>
    <div class="secret"><span class="flex-fill" data-secret>${key.key}</span></div>
    <div class="btn-list my-3">
      <ak-copy wide .text=${key.key} label=${t('secret.copy')}></ak-copy>
      ${button({ text: t('secret.env'), image: 'download', click: () => download('.env', file) })}
    </div>
    <h3>${t('secret.use')}</h3>
    <p class="text-secondary">${t('secret.use_text', { variable: VARIABLE })}</p>
    ${Object.entries(lines).map(
      ([name, text], index) => html`<details class="mb-2" ?open=${index === 0}><summary>${name}</summary>
        <div class="d-flex gap-2 align-items-start"><pre class="flex-fill mb-0">${text}</pre><ak-copy .text=${text} label=${t('secret.copy_lines', { language: name })}></ak-copy></div></details>`,
    )}`;
}

/** Shows a secret until the reader says that they have it; `again`: it can be read another time. */
export const secretDialog = ({ title, key, until = null, again = Boolean(key.publishable) }) =>
  dialog({
    title,
    wide: true,
    lasting: !again,
    cancel: null,
    action: t(again ? 'common.close' : 'secret.stored'),
    body: () => html`${until ? hint(html`${t('secret.old_until')} ${time(until)}`) : nothing}${secretView(key, { again })}`,
  });
