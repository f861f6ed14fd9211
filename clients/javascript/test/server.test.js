'use strict';

// Against a real server: APIKEYS_URL, and APIKEYS_TEST_TOKEN of an administrator.
const assert = require('node:assert/strict');
const { createServer, get } = require('node:http');
const { test } = require('node:test');
const Client = require('..');

const token = process.env.APIKEYS_TEST_TOKEN;
const skip = token === undefined ? 'APIKEYS_TEST_TOKEN is not set' : false;
const admin = skip ? null : new Client({ token });

async function issue(fields) {
  return admin.keys.create({ name: 'javascript', rate_limits: { unlimited: true }, ...fields });
}

test('works as the seeds write it', { skip }, async () => {
  const issued = await issue({ scopes: ['users:manage', 'keys:read'] });
  const PlatformAPI = require('..');
  const client = new PlatformAPI({ apiKey: issued.key, environment: 'production' });
  const users = await client.users.list();
  assert.ok(users.some((user) => user.username !== undefined));
  const { Client: Named } = await import('../index.mjs');
  assert.equal(Named, Client);
});

test('reads all pages', { skip }, async () => {
  const tag = `js-${Date.now()}`;
  for (let i = 0; i < 5; i++) await issue({ tags: [tag], name: `page ${i}` });
  const names = [];
  for await (const key of admin.keys.list({ tag, size: 2, sort: 'id' })) names.push(key.name);
  assert.deepEqual(names, ['page 0', 'page 1', 'page 2', 'page 3', 'page 4']);
  assert.equal((await admin.keys.list({ tag })).length, 5);
});

test('lives a key', { skip }, async () => {
  const issued = await issue({ scopes: ['agents:read'] });
  assert.equal(Client.isWellFormedKey(issued.key), true);
  const changed = await admin.keys.update(issued.id, { description: 'changed' });
  assert.equal(changed.description, 'changed');
  assert.equal((await admin.keys.verify(issued.key, { scopes: 'agents:read' })).code, 'VALID');
  const rotated = await admin.keys.rotate(issued.key_id);
  assert.notEqual(rotated.key, issued.key);
  await admin.keys.revoke(issued.id, 'tried');
  assert.equal((await admin.keys.verify(rotated.key)).code, 'REVOKED');
  await assert.rejects(admin.keys.get(999999999), (error) => error.status === 404 && error.code === 'NOT_FOUND');
});

test('protects an application', { skip }, async () => {
  const gateway = new Client({ apiKey: (await issue({ scopes: ['keys:verify'] })).key, retries: 0 });
  const middleware = Client.requireKey({ client: gateway, scope: 'agents:read' });
  const app = createServer((req, res) => {
    middleware(req, res, () => res.end(JSON.stringify({ caller: req.apiKey.key_id })));
  });
  await new Promise((resolve) => app.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${app.address().port}/agents`;
  const call = async (key, query = '') => {
    const answer = await fetch(url + query, { headers: key ? { Authorization: `Bearer ${key}` } : {} });
    return { status: answer.status, headers: answer.headers, ...(await answer.json()) };
  };
  try {
    const good = await issue({ scopes: ['agents:read'] });
    assert.equal((await call(good.key)).caller, good.key_id);
    assert.equal((await call((await issue({ scopes: ['agents:write'] })).key)).code, 'INSUFFICIENT_SCOPE');
    const nobody = await call(null);
    assert.equal(nobody.status, 401);
    assert.ok(nobody.headers.get('www-authenticate'));
    assert.equal((await call(null, `?api_key=${good.key}`)).code, 'KEY_IN_URL');
    const limited = await issue({ scopes: ['agents:read'], rate_limits: { requests: { per_day: 1 } } });
    assert.equal((await call(limited.key)).status, 200);
    const denied = await call(limited.key);
    assert.equal(denied.status, 429);
    assert.ok(Number(denied.headers.get('retry-after')) >= 1);
    const twice = await new Promise((resolve) => {
      get(url, { headers: ['X-API-Key', good.key, 'X-API-Key', 'other'] }, (res) => resolve(res.statusCode));
    });
    assert.equal(twice, 400);
    const gone = Client.requireKey({ client: new Client({ apiKey: good.key, baseUrl: 'http://127.0.0.1:9', retries: 0 }) });
    const answer = await new Promise((resolve) => {
      const res = { setHeader() {}, end: () => resolve(res.statusCode) };
      gone({ headers: { 'x-api-key': good.key }, url: '/', method: 'GET', socket: { remoteAddress: '127.0.0.1' } }, res, () => resolve(200));
    });
    assert.equal(answer, 503);
  } finally {
    app.closeAllConnections();
    app.close();
  }
});
