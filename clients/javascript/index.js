'use strict';

const { createHmac, randomUUID, timingSafeEqual } = require('node:crypto');

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LABELS = { live: 'production', test: 'staging', dev: 'development' };
const OWN_KEY = /^(sk|pk)_(live|test|dev)_([0-9A-Za-z]{8})_([0-9A-Za-z]{32})$/;
const LONGEST_WAIT = 60_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8_000;
const WEBHOOK_TOLERANCE = 300;
const LONGEST_METHOD = 10;
const LONGEST_ENDPOINT = 500;
const LONGEST_REFERRER = 4096;
const MOST_BYTES = 2 ** 50;

/** What the server answered instead of what was asked for (RFC 9457). */
class ApiError extends Error {
  constructor(status, problem, retryAfter) {
    super(`${status} ${problem.code ?? ''}: ${problem.detail ?? problem.title ?? problem.error ?? 'no detail'}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? null;
    this.detail = problem.detail ?? null;
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
    this.retryAfter = retryAfter;
  }
}

/** Pages of a list: `for await` reads them as they are needed, `await` reads them all. */
class Pages {
  constructor(client, path, query) {
    this.client = client;
    this.path = path;
    this.query = query;
  }

  async *[Symbol.asyncIterator]() {
    const query = { size: 100, ...this.query };
    let seen = 0;
    for (;;) {
      const page = json(await this.client.request('GET', this.path, { query }), this.path) ?? {};
      const items = Array.isArray(page) ? page : Object.values(page).find(Array.isArray);
      if (items === undefined) throw unreadable(this.path);
      yield* items;
      seen += items.length;
      if (page.next_cursor) {
        query.cursor = page.next_cursor;
      } else if (items.length > 0 && page.total !== undefined && (page.page - 1) * page.size + items.length < page.total) {
        query.page = page.page + 1;
      } else {
        return seen;
      }
    }
  }

  async all() {
    const items = [];
    for await (const item of this) items.push(item);
    return items;
  }

  then(resolve, reject) {
    return this.all().then(resolve, reject);
  }
}

/** A collection of the API, such as `client.users`. */
class Resource {
  constructor(client, path) {
    Object.defineProperty(this, 'client', { value: client });
    this.path = path;
  }

  list(query = {}) {
    return new Pages(this.client, this.path, query);
  }

  async get(id) {
    const path = this.#one(id);
    return json(await this.client.request('GET', path), path);
  }

  async create(body, { idempotencyKey = randomUUID() } = {}) {
    return json(await this.client.request('POST', this.path, { body, idempotencyKey }), this.path);
  }

  async update(id, body, { ifMatch } = {}) {
    const path = this.#one(id);
    const headers = ifMatch ? { 'If-Match': ifMatch } : {};
    return json(await this.client.request('PUT', path, { body, headers }), path);
  }

  delete(id, query = {}) {
    return this.client.request('DELETE', this.#one(id), { query });
  }

  #one(id) {
    return `${this.path}/${encodeURIComponent(id)}`;
  }
}

/** API keys: what can be done with them beyond a collection's own. */
class Keys extends Resource {
  revoke(id, reason) {
    return this.delete(id, reason === undefined ? {} : { reason });
  }

  rotate(id, { overlap } = {}) {
    return this.#do(id, 'rotate', overlap === undefined ? {} : { overlap });
  }

  renew(id, expiresAt) {
    return this.#do(id, 'renew', { expires_at: expiresAt });
  }

  usage(id) {
    return this.client.request('GET', `${this.path}/${encodeURIComponent(id)}/usage`);
  }

  effectivePermissions(id) {
    return this.client.request('GET', `${this.path}/${encodeURIComponent(id)}/effective-permissions`);
  }

  scopes() {
    return this.client.request('GET', `${this.path}/scopes`);
  }

  /** Takes keys of another system as hashes; see docs/moving-in.md. */
  import(keys, hmacSecret) {
    return this.client.request('POST', `${this.path}/import`, {
      body: hmacSecret === undefined ? { keys } : { keys, hmac_secret: hmacSecret },
    });
  }

  /** Asks whether a call with this key may go on; the answer says why not. */
  async verify(key, call = {}) {
    const path = `${this.path}/verify`;
    const decision = await this.client.request('POST', path, { body: { key, ...call } });
    if (typeof decision?.valid !== 'boolean' || !Number.isInteger(decision.status)) throw unreadable(path);
    return decision;
  }

  #do(id, verb, body) {
    return this.client.request('POST', `${this.path}/${encodeURIComponent(id)}/${verb}`, { body });
  }
}

/** An answer that has to be JSON: a page of something in between is none. */
function json(answer, path) {
  if (typeof answer === 'string') throw unreadable(path);
  return answer;
}

function unreadable(path) {
  const detail = `${path} did not answer as an API key server does: is baseUrl right, and nothing in between?`;
  return new ApiError(200, { code: 'UNREADABLE_ANSWER', detail }, null);
}

const COLLECTIONS = {
  requests: 'key-requests',
  keyRequests: 'key-requests',
  alertRules: 'alert-rules',
  permissionSets: 'permission-sets',
};

/**
 * A client of the API. `apiKey` or `token` says who calls. Collections are properties: `client.users`,
 * `client.webhooks`, `client.agents`: whatever the server at `baseUrl` has below `/api/v1`.
 */
class Client {
  constructor({ apiKey, token, baseUrl, environment, retries = 3, timeout = 10_000, fetch: fetcher } = {}) {
    if ((apiKey === undefined) === (token === undefined)) {
      throw new TypeError('give apiKey or token, and one of them only');
    }
    const own = apiKey === undefined ? null : OWN_KEY.exec(apiKey);
    if (own && !isWellFormedKey(apiKey)) {
      throw new TypeError('this API key is mistyped: its checksum is wrong');
    }
    if (own && environment !== undefined && LABELS[own[2]] !== environment) {
      throw new TypeError(`this API key is for ${LABELS[own[2]]}, not for ${environment}`);
    }
    const root = new URL(baseUrl ?? process.env.APIKEYS_URL ?? 'http://localhost:8080');
    this.environment = environment;
    this.retries = retries;
    this.timeout = timeout;
    // not enumerable: a log of this object shows no secret
    Object.defineProperty(this, 'root', { value: root });
    Object.defineProperty(this, 'credential', {
      value: apiKey === undefined ? { Authorization: `Bearer ${token}` } : { 'X-API-Key': apiKey },
    });
    Object.defineProperty(this, 'fetch', { value: fetcher ?? globalThis.fetch });
    this.keys = new Keys(this, '/api/v1/api-keys');
    this.apiKeys = this.keys;
    return new Proxy(this, {
      get(target, name, receiver) {
        if (typeof name !== 'string' || name in target || name === 'then' || !/^[a-z][A-Za-z]*$/.test(name)) {
          return Reflect.get(target, name, receiver);
        }
        return new Resource(target, `/api/v1/${COLLECTIONS[name] ?? name}`);
      },
    });
  }

  /** Signs a person in, and answers a client with their token. */
  static async signIn({ username, password, ...options }) {
    const anonymous = new Client({ ...options, token: 'none' });
    Object.defineProperty(anonymous, 'anonymous', { value: true });
    const answer = await anonymous.request('POST', '/api/v1/auth/token', { body: { username, password } });
    return new Client({ ...options, token: answer.access_token });
  }

  me() {
    return this.request('GET', '/api/v1/auth/me');
  }

  /** Reports what calls came to; see POST /api/v1/usage. */
  report(records) {
    return this.request('POST', '/api/v1/usage', { body: { records } });
  }

  /**
   * Sends a request and answers its JSON. Tried again after a pause that doubles, or as long as
   * Retry-After says: when the server said that it did nothing (429, 503), and else only what can be
   * repeated (GET, PUT, DELETE, or an idempotency key).
   */
  async request(method, path, { query = {}, body, headers = {}, idempotencyKey } = {}) {
    const url = new URL(`${this.root.origin}${this.root.pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    const repeatable = method !== 'POST' || idempotencyKey !== undefined;
    const init = {
      method,
      redirect: 'manual', // another place would get the key
      headers: {
        Accept: 'application/json, application/problem+json',
        ...(this.anonymous ? {} : this.credential),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    };
    for (let attempt = 0; ; attempt++) {
      let failure;
      try {
        const answer = await this.fetch.call(undefined, url, { ...init, signal: AbortSignal.timeout(this.timeout) });
        const text = await answer.text();
        if (answer.ok) return text === '' ? null : parsed(text) ?? text;
        failure = new ApiError(answer.status, problem(answer, text), retryAfter(answer.headers.get('retry-after')));
        const again =
          failure.status === 429 || failure.status === 503 || (repeatable && [502, 504].includes(failure.status));
        if (!again || (failure.retryAfter ?? 0) * 1000 > LONGEST_WAIT) throw failure;
      } catch (error) {
        if (error === failure || !repeatable) throw error;
        failure = error;
      }
      if (attempt >= this.retries) throw failure;
      await pause(failure.retryAfter ?? null, attempt);
    }
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the answer says of itself, or where it leads. */
function problem(answer, text) {
  if (answer.status >= 300 && answer.status < 400) {
    return { detail: `redirects to ${answer.headers.get('location')}, which is not followed: is baseUrl right?` };
  }
  return parsed(text) ?? {};
}

/** Seconds, from seconds or an HTTP date. */
function retryAfter(header) {
  if (header === null) return null;
  if (/^[0-9]+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1000);
}

function pause(seconds, attempt) {
  const backoff = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt) * (0.5 + Math.random() / 2);
  const wait = seconds === null ? backoff : seconds * 1000;
  return new Promise((resolve) => setTimeout(resolve, wait));
}

/** Whether a text is a key of the server's standard form with the right checksum, without asking. */
function isWellFormedKey(text) {
  if (!OWN_KEY.test(text)) return false;
  let value = crc32(text.slice(0, -6));
  let expected = '';
  for (let i = 0; i < 6; i++) {
    expected = ALPHABET[value % 62] + expected;
    value = Math.floor(value / 62);
  }
  return text.endsWith(expected);
}

function crc32(text) {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * Whether a webhook is what the server sent (Standard Webhooks): one of its signatures is right, and
 * it was sent within five minutes. `body` is the bytes as they came, not an object that was parsed.
 */
function isGenuineWebhook({ secret, headers, body, now = Date.now() }) {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  const signatures = header(headers, 'webhook-signature');
  if (!id || !signatures || !/^[0-9]{1,12}$/.test(timestamp ?? '')) return false;
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > WEBHOOK_TOLERANCE) return false;
  const expected = createHmac('sha256', webhookSecret(secret)).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(' ').reduce((found, signature) => {
    const given = signature.startsWith('v1,') ? Buffer.from(signature.slice(3), 'base64') : Buffer.alloc(0);
    return (given.length === expected.length && timingSafeEqual(given, expected)) || found;
  }, false);
}

function webhookSecret(text) {
  const bytes = String(text).startsWith('whsec_') ? Buffer.from(text.slice(6), 'base64') : Buffer.alloc(0);
  if (bytes.length < 16) throw new TypeError('a secret of webhooks is whsec_ and the Base64 of 16 bytes or more');
  return bytes;
}

function header(headers, name) {
  if (typeof headers.get === 'function') return headers.get(name);
  const values = Object.entries(headers).filter(([given]) => given.toLowerCase() === name);
  const value = values.length === 1 ? values[0][1] : null;
  return typeof value === 'string' ? value : null;
}

/**
 * Express middleware: lets a call through whose key is good and holds the scope, and sets `req.apiKey`.
 * `client` holds a gateway's key. Every call is asked about; without an answer it is refused (503).
 */
function requireKey({ client, scope, address = (req) => req.ip ?? req.socket.remoteAddress }) {
  return async function apiKey(req, res, next) {
    let decision;
    try {
      const { key, problem } = presentedKey(req);
      if (problem) return refuse(res, 400, problem);
      if (key === null) return refuse(res, 401, 'UNAUTHENTICATED');
      const call = { ip: plainAddress(address(req)), method: req.method.slice(0, LONGEST_METHOD), endpoint: path(req) };
      if (scope !== undefined) call.scopes = scope;
      if (req.headers.referer !== undefined) call.referrer = req.headers.referer.slice(0, LONGEST_REFERRER);
      const length = Number(req.headers['content-length'] ?? 0);
      if (length > 0) call.bytes_in = Math.min(Math.floor(length), MOST_BYTES);
      decision = await client.keys.verify(key, call);
    } catch {
      return refuse(res, 503, 'UNAVAILABLE');
    }
    const limit = decision.rate_limit;
    if (limit) {
      res.setHeader('X-RateLimit-Limit', String(limit.limit));
      res.setHeader('X-RateLimit-Remaining', String(limit.remaining));
      res.setHeader('X-RateLimit-Reset', String(Math.ceil(Date.parse(limit.reset_at) / 1000)));
      if (decision.status === 429) {
        res.setHeader('Retry-After', String(Math.max(1, Math.ceil((Date.parse(limit.reset_at) - Date.now()) / 1000))));
      }
    }
    if (decision.valid !== true) return refuse(res, decision.status, decision.code);
    req.apiKey = decision.key;
    return next();
  };
}

/** As strict as the server itself: two different credentials, or one header twice, are ambiguous. */
function presentedKey(req) {
  const names = (req.rawHeaders ?? []).filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  for (const name of ['x-api-key', 'authorization']) {
    if (names.filter((one) => one === name).length > 1) return { key: null, problem: 'AMBIGUOUS_CREDENTIALS' };
  }
  const found = new Set();
  const own = req.headers['x-api-key'];
  if (own !== undefined) found.add(own.trim());
  const bearer = /^bearer (.*)$/i.exec(req.headers.authorization ?? '');
  if (bearer) found.add(bearer[1].trim());
  const inQuery = new URL(req.originalUrl ?? req.url, 'http://any').searchParams.getAll('api_key');
  if (inQuery.some((key) => !key.startsWith('pk_'))) return { key: null, problem: 'KEY_IN_URL' };
  inQuery.forEach((key) => found.add(key));
  if (found.size > 1 || inQuery.length > 1) return { key: null, problem: 'AMBIGUOUS_CREDENTIALS' };
  return { key: found.size === 0 ? null : [...found][0], problem: null };
}

function path(req) {
  return (req.originalUrl ?? req.url).split('?')[0].slice(0, LONGEST_ENDPOINT);
}

/** Node shows IPv4 clients of a dual socket as ::ffff:192.0.2.1, and of a link as fe80::1%eth0. */
function plainAddress(address) {
  return address === undefined ? undefined : String(address).replace(/^::ffff:(?=\d+\.)|%.*$/g, '');
}

function refuse(res, status, code) {
  const titles = {
    400: 'The credentials can not be read',
    401: 'A valid API key is needed',
    403: 'This key may not do that',
    413: 'The payload is larger than this key may send',
    429: 'A limit of this key is reached',
    503: 'Nobody can say now whether this call is allowed',
  };
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/problem+json');
  res.setHeader('Cache-Control', 'no-store');
  if (status === 401) res.setHeader('WWW-Authenticate', 'Bearer realm="apikeys"');
  res.end(JSON.stringify({ title: titles[status] ?? 'Refused', status, code }));
}

module.exports = Client;
Object.assign(module.exports, { Client, ApiError, isWellFormedKey, isGenuineWebhook, requireKey });
