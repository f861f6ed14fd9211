'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const Client = require('..');
const { ApiError, isGenuineWebhook, isWellFormedKey } = Client;

const KEY = 'sk_live_gKFNdynC_bXIiKiRWh88a6goi9ZMQJJNTDE48oY54';
const vector = JSON.parse(readFileSync(join(__dirname, '..', '..', 'webhook-vector.json'), 'utf8'));

/** Answers in turn; what is a function fails. */
function server(...answers) {
  const calls = [];
  const fetch = async (url, init) => {
    calls.push({ url: String(url), ...init });
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return new Response(next.body ?? '{}', { status: next.status ?? 200, headers: next.headers });
  };
  return { calls, client: new Client({ apiKey: KEY, baseUrl: 'http://server.example', fetch }) };
}

test('tells a mistyped key without asking', () => {
  assert.equal(isWellFormedKey(KEY), true);
  assert.equal(isWellFormedKey(KEY.slice(0, -1) + '5'), false);
  for (const text of ['', 'sk_live_x', KEY + '0', KEY.toLowerCase()]) assert.equal(isWellFormedKey(text), false);
  assert.throws(() => new Client({ apiKey: KEY.slice(0, -1) + '5' }), /checksum/);
  assert.throws(() => new Client({ apiKey: KEY, environment: 'staging' }), /production/);
  assert.throws(() => new Client({}), /apiKey or token/);
  new Client({ apiKey: 'a-custom-key-of-somebody' });
});

test('shows no secret', () => {
  const shown = require('node:util').inspect(new Client({ apiKey: KEY }), { depth: 5 });
  assert.equal(shown.includes(KEY), false);
  assert.equal(JSON.stringify(new Client({ apiKey: KEY })).includes(KEY), false);
});

test('verifies a webhook, and none that was changed, is old or has another secret', () => {
  const headers = {
    'webhook-id': vector.id,
    'webhook-timestamp': vector.timestamp,
    'webhook-signature': `v1,AAAA ${vector.signature}`,
  };
  const now = Number(vector.timestamp) * 1000;
  const message = { secret: vector.secret, headers, body: Buffer.from(vector.body), now };
  assert.equal(isGenuineWebhook(message), true);
  assert.equal(isGenuineWebhook({ ...message, headers: new Headers(headers) }), true);
  assert.equal(isGenuineWebhook({ ...message, body: vector.body + ' ' }), false);
  assert.equal(isGenuineWebhook({ ...message, now: now + 301_000 }), false);
  assert.equal(isGenuineWebhook({ ...message, now: now - 301_000 }), false);
  assert.equal(isGenuineWebhook({ ...message, headers: { ...headers, 'webhook-id': 'msg_x' } }), false);
  assert.equal(isGenuineWebhook({ ...message, headers: {} }), false);
  assert.equal(isGenuineWebhook({ ...message, secret: `whsec_${Buffer.alloc(24).toString('base64')}` }), false);
  assert.throws(() => isGenuineWebhook({ ...message, secret: 'short' }), /whsec_/);
});

test('tries again, and waits as long as Retry-After says', async () => {
  const { client, calls } = server(
    { status: 429, headers: { 'Retry-After': '1' } },
    { status: 503 },
    new TypeError('no connection'),
    { body: '{"name":"x"}' },
  );
  const began = Date.now();
  assert.deepEqual(await client.keys.get(1), { name: 'x' });
  assert.equal(calls.length, 4);
  assert.ok(Date.now() - began >= 1000);
});

test('repeats no POST whose fate it does not know', async () => {
  const { client, calls } = server(new TypeError('lost'), {});
  await assert.rejects(client.keys.verify(KEY), /lost/);
  assert.equal(calls.length, 1);
});

test('repeats a creation under one idempotency key', async () => {
  const { client, calls } = server(new TypeError('lost'), { status: 201, body: '{"id":7}' });
  assert.equal((await client.keys.create({ name: 'x' })).id, 7);
  assert.equal(calls[0].headers['Idempotency-Key'], calls[1].headers['Idempotency-Key']);
});

test('does not wait for an hour, and gives up', async () => {
  const long = server({ status: 429, headers: { 'Retry-After': '3600' }, body: '{"code":"RATE_LIMITED"}' });
  await assert.rejects(long.client.me(), (error) => error instanceof ApiError && error.retryAfter === 3600);
  assert.equal(long.calls.length, 1);
  const bad = server({ status: 400, body: '{"code":"VALIDATION_FAILED","errors":[{"field":"name","message":"is required"}]}' });
  await assert.rejects(bad.client.keys.create({}), (error) => error.errors[0].field === 'name');
  assert.equal(bad.calls.length, 1);
});

test('takes no page of another server for an answer', async () => {
  for (const body of ['<html>Sign in</html>', '', 'null', '{"any": "thing"}']) {
    const { client } = server({ body }, { body });
    await assert.rejects(client.users.list().all(), { name: 'ApiError', code: 'UNREADABLE_ANSWER' }, body);
    await assert.rejects(client.keys.verify(KEY), { name: 'ApiError', code: 'UNREADABLE_ANSWER' }, body);
  }
  const body = '<html>Sign in</html>';
  const { client } = server({ body }, { body }, { body }, { body: '' }, { body: '["one"]' });
  for (const call of [() => client.keys.get(1), () => client.keys.create({}), () => client.keys.update(1, {})]) {
    await assert.rejects(call, { name: 'ApiError', code: 'UNREADABLE_ANSWER' });
  }
  assert.equal(await client.agents.update(1, {}), null);
  assert.deepEqual(await client.agents.list(), ['one']);
});

test('follows no redirect, and says where it leads', async () => {
  const { calls, client } = server({ body: '', status: 302, headers: { Location: 'https://elsewhere.example/' } });
  await assert.rejects(client.keys.get(1), { name: 'ApiError', status: 302, detail: /elsewhere\.example/ });
  assert.equal(calls.length, 1);
  assert.equal(calls[0].redirect, 'manual');
});

test('keeps the path of its baseUrl', async () => {
  for (const baseUrl of ['http://server.example/keys', 'http://server.example/keys/']) {
    const urls = [];
    const fetch = async (url) => {
      urls.push(String(url));
      return new Response('{}');
    };
    await new Client({ apiKey: KEY, baseUrl, fetch }).keys.get(7);
    assert.deepEqual(urls, ['http://server.example/keys/api/v1/api-keys/7']);
  }
});

/** What a call comes to that is asked about, and the question. */
async function protectedCall(answer, request) {
  const { calls, client } = server(answer);
  const res = { headers: {}, setHeader: (name, value) => (res.headers[name] = value), end: (body) => (res.body = body) };
  const req = { method: 'GET', url: '/a', ip: '192.0.2.1', ...request, headers: { 'x-api-key': KEY, ...request?.headers } };
  let passed = false;
  await Client.requireKey({ client })(req, res, () => (passed = true));
  return { passed, status: res.statusCode, asked: calls.length > 0 ? JSON.parse(calls[0].body) : null };
}

test('refuses a call with 503 when the answer is no decision', async () => {
  for (const body of ['<html>Sign in</html>', '', 'null', '[]', '{"valid": true}', '{"valid": "true", "status": 200}']) {
    const { passed, status } = await protectedCall({ body });
    assert.equal(passed, false, body);
    assert.equal(status, 503, body);
  }
});

test('asks about any call that a client can make', async () => {
  const { passed, asked } = await protectedCall(
    { body: '{"valid": true, "status": 200, "code": "VALID", "key": {}, "rate_limit": null}' },
    { method: 'UNSUBSCRIBE', ip: 'fe80::1%eth0', headers: { 'content-length': '99999999999999999999' } },
  );
  assert.equal(passed, true);
  assert.deepEqual([asked.method, asked.ip, asked.bytes_in], ['UNSUBSCRIB', 'fe80::1', 2 ** 50]);
});

test('reads the headers of a webhook however they are written', () => {
  const headers = {
    'Webhook-Id': vector.id,
    'Webhook-Timestamp': vector.timestamp,
    'Webhook-Signature': vector.signature,
  };
  const now = Number(vector.timestamp) * 1000;
  const message = { secret: vector.secret, headers, body: vector.body, now };
  assert.equal(isGenuineWebhook(message), true);
  assert.equal(isGenuineWebhook({ ...message, headers: { ...headers, 'webhook-id': vector.id } }), false);
  assert.equal(isGenuineWebhook({ ...message, headers: { ...headers, 'Webhook-Signature': [vector.signature] } }), false);
});
