// The one way to the server: its public REST API. Every answer that is no success becomes a Problem.
import { t } from './text.js';

const PATIENCE_MS = 30_000;

/** Where the application is; the console lies in /console/ of it. */
export const ROOT = new URL(import.meta.url).pathname.replace(/\/console\/.*$/, '');

/** What the server, or the way to it, has to say when a call fails (RFC 9457). */
export class Problem extends Error {
  constructor({ status = 0, code, title, detail, errors = [], request_id: requestId, type }, retryAfter = 0) {
    super(detail || title || code);
    Object.assign(this, { status, code, title, detail, errors, requestId, type, retryAfter });
  }

  /** Whether asking again as it stands would be refused again. */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && ![408, 429].includes(this.status);
  }

  /** Whether somebody else has changed the thing since it was read. */
  get isStale() {
    return this.status === 412;
  }

  /** What is wrong with a field or, in a list, with any of its items; or an empty text. */
  field(name) {
    return this.errors.filter((error) => error.field.replace(/\[\d+\]$/, '') === name).map((error) => error.message).join('; ');
  }
}

/** Who signs calls and what to do when that no longer counts; session.js sets it. */
const credentials = { token: () => null, renew: async () => false, refused: () => {} };

export function useCredentials(given) {
  Object.assign(credentials, given);
}

/** The URL of a call; a path that the browser would turn into another one (`..`) leads nowhere. */
function address(path, query) {
  const url = new URL(ROOT + path, location.origin);
  if (url.pathname !== ROOT + path) {
    throw new Problem({ status: 404, code: 'NOT_FOUND', title: t('missing.unknown'), detail: t('missing.unknown_text') });
  }
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') {
      url.searchParams.append(name, value);
    }
  }
  return url;
}

function headersOf({ body, ifMatch, idempotent, accept, anonymous, after }) {
  const headers = { Accept: accept ?? 'application/json' };
  const token = anonymous ? null : credentials.token();
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (ifMatch) {
    headers['If-Match'] = ifMatch;
  }
  if (idempotent) {
    headers['Idempotency-Key'] = idempotent;
  }
  if (after) {
    headers['Last-Event-ID'] = after;
  }
  return headers;
}

/** What became of a call whose answer did not come, or not whole; one that was given up stays so. */
function mishap(failure, { signal, patience = PATIENCE_MS }) {
  if (signal?.aborted) {
    return failure;
  }
  const code = failure.name === 'TimeoutError' ? 'TIMEOUT' : 'UNREACHABLE';
  return new Problem({ code, title: t(`problem.${code}`), detail: t(`problem.${code}_detail`, { n: patience / 1000 }) });
}

async function send(method, path, options) {
  const url = address(path, options.query);
  const signal = options.signal
    ? AbortSignal.any([options.signal, AbortSignal.timeout(options.patience ?? PATIENCE_MS)])
    : AbortSignal.timeout(options.patience ?? PATIENCE_MS);
  try {
    return await fetch(url, {
      method,
      headers: headersOf(options),
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      credentials: 'omit',
      cache: 'no-store',
      signal,
    });
  } catch (failure) {
    throw mishap(failure, options);
  }
}

async function problemOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // no JSON, such as from a proxy between: the status has to do
  }
  const code = body.code ?? `HTTP_${response.status}`;
  const told = { title: t('problem.status', { status: String(response.status) }), ...body, code, status: response.status };
  return new Problem(told, Number(response.headers.get('Retry-After')) || 0);
}

/** Sends a call; when the session has ended meanwhile, asks to sign in again and repeats it once. */
async function call(method, path, options = {}) {
  let response = await send(method, path, options);
  if (response.status === 401 && !options.anonymous && !options.once && (await credentials.renew())) {
    response = await send(method, path, options);
  }
  if (response.status === 403 && !options.anonymous && !options.once) {
    credentials.refused();
  }
  if (!response.ok && response.status !== options.expected) {
    throw await problemOf(response);
  }
  return response;
}

async function json(method, path, options) {
  const response = await call(method, path, options);
  const type = response.headers.get('Content-Type') ?? '';
  try {
    return {
      status: response.status,
      etag: response.headers.get('ETag'),
      data: type.includes('json') ? await response.json() : null,
    };
  } catch (failure) {
    throw mishap(failure, options);
  }
}

/**
 * Calls by method. Paths begin with /api/…; options are query, body, ifMatch, idempotent (see creator), signal, anonymous, once (a refused token is told, and nobody is asked to sign in
 * again), expected (a status that is an answer, and no problem). The answer is {status, etag, data}.
 */
export const api = {
  get: (path, query, options) => json('GET', path, { ...options, query }),
  post: (path, body = {}, options) => json('POST', path, { ...options, body }),
  put: (path, body, options) => json('PUT', path, { ...options, body }),
  del: (path, options) => json('DELETE', path, options),
  /** The answer as it comes: text, bytes, or a stream. */
  raw: (path, options) => call('GET', path, { accept: '*/*', ...options }),
};

/**
 * For a form that creates something: `send(body)` as often as it takes creates it once. Sending the same again, as
 * after an answer that was lost, has the same Idempotency-Key; another body is another thing and has another.
 */
export function creator(path) {
  let key = null;
  let sent = null;
  return (body) => {
    const text = JSON.stringify(body);
    if (text !== sent) {
      key = crypto.randomUUID();
      sent = text;
    }
    return api.post(path, body, { idempotent: key });
  };
}

/**
 * Follows Server-Sent Events; EventSource can't send a token. Calls each(event, data) until the
 * signal aborts, and comes back after an interruption, behind the last event that had an id. What would be
 * refused again is thrown.
 */
export async function follow(path, each, { query, signal, state = () => {} } = {}) {
  let last = null;
  while (!signal.aborted) {
    const decoder = new TextDecoder(); // half a character of what was interrupted is nothing of what comes
    try {
      const response = await call('GET', path, { accept: 'text/event-stream', query, signal, after: last, patience: 2_147_483_647 });
      state('open');
      let buffer = '';
      for await (const chunk of chunks(response.body.getReader())) {
        buffer += decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n');
        const blocks = buffer.split('\n\n');
        buffer = blocks.pop();
        blocks.forEach((block) => {
          last = deliver(block, each) ?? last;
        });
      }
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      if (failure instanceof Problem && failure.isFinal) {
        throw failure;
      }
    }
    state('waiting');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

async function* chunks(reader) {
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield part.value;
  }
}

/** Answers the id of the event; undefined when it has none. */
function deliver(block, each) {
  const fields = { event: 'message', data: [] };
  for (const line of block.split('\n')) {
    const [, name, value] = /^(event|data|id): ?(.*)$/.exec(line) ?? [];
    if (name === 'data') {
      fields.data.push(value);
    } else if (name) {
      fields[name] = value;
    }
  }
  if (fields.data.length > 0) {
    each(fields.event, JSON.parse(fields.data.join('\n')));
  }
  return fields.id;
}
