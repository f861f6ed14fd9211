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

  /** What is wrong with a field or, in a list, with any of its items; or an empty text. */
  field(name) {
    return this.errors.filter((error) => error.field.replace(/\[\d+\]$/, '') === name).map((error) => error.message).join('; ');
  }
}

/** Who signs calls and what to do when that no longer counts; session.js sets it. */
const credentials = { token: () => null, renew: async () => false };

export function useCredentials(given) {
  Object.assign(credentials, given);
}

function address(path, query) {
  const url = new URL(ROOT + path, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') {
      url.searchParams.append(name, value);
    }
  }
  return url;
}

function headersOf({ body, ifMatch, idempotent, accept, anonymous }) {
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
  return headers;
}

async function send(method, path, options) {
  const signal = options.signal
    ? AbortSignal.any([options.signal, AbortSignal.timeout(options.patience ?? PATIENCE_MS)])
    : AbortSignal.timeout(options.patience ?? PATIENCE_MS);
  try {
    return await fetch(address(path, options.query), {
      method,
      headers: headersOf(options),
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      credentials: 'omit',
      cache: 'no-store',
      signal,
    });
  } catch (failure) {
    if (options.signal?.aborted) {
      throw failure;
    }
    const code = failure.name === 'TimeoutError' ? 'TIMEOUT' : 'UNREACHABLE';
    throw new Problem({ code, title: t(`problem.${code}`), detail: t(`problem.${code}_detail`) });
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
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response;
}

async function json(method, path, options) {
  const response = await call(method, path, options);
  const type = response.headers.get('Content-Type') ?? '';
  return {
    status: response.status,
    etag: response.headers.get('ETag'),
    data: type.includes('json') ? await response.json() : null,
  };
}

/**
 * Calls by method. Paths begin with /api/…; options are query, body, ifMatch, idempotent (a key made
 * by idempotencyKey()), signal, anonymous, once (a refused token is told, and nobody is asked to sign in
 * again). The answer is {status, etag, data}.
 */
export const api = {
  get: (path, query, options) => json('GET', path, { ...options, query }),
  post: (path, body = {}, options) => json('POST', path, { ...options, body }),
  put: (path, body, options) => json('PUT', path, { ...options, body }),
  del: (path, options) => json('DELETE', path, options),
  /** The answer as it comes: text, bytes, or a stream. */
  raw: (path, options) => call('GET', path, { accept: '*/*', ...options }),
};

/** One for each form that creates something: sending it twice creates it once. */
export const idempotencyKey = () => crypto.randomUUID();

/**
 * Follows Server-Sent Events; EventSource can't send a token. Calls each(event, data) until the
 * signal aborts, and comes back after an interruption.
 */
export async function follow(path, each, { signal, state = () => {} } = {}) {
  const decoder = new TextDecoder();
  while (!signal.aborted) {
    try {
      const response = await call('GET', path, { accept: 'text/event-stream', signal, patience: 2_147_483_647 });
      state('open');
      let buffer = '';
      for await (const chunk of chunks(response.body.getReader())) {
        buffer += decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n');
        const blocks = buffer.split('\n\n');
        buffer = blocks.pop();
        blocks.forEach((block) => deliver(block, each));
      }
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      if (failure instanceof Problem && [401, 403, 404].includes(failure.status)) {
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

function deliver(block, each) {
  const fields = { event: 'message', data: [] };
  for (const line of block.split('\n')) {
    const [, name, value] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (name === 'data') {
      fields.data.push(value);
    } else if (name) {
      fields.event = value;
    }
  }
  if (fields.data.length > 0) {
    each(fields.event, JSON.parse(fields.data.join('\n')));
  }
}
