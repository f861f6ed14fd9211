-- Asks the API key server about a call, and lets it through or answers what the server answered. Whatever goes wrong
-- refuses the call: no answer is no permission.

local SERVER = os.getenv("APIKEYS_URL")
local CACHE_SECONDS = tonumber(os.getenv("APIKEYS_CACHE_SECONDS") or "0")
local TIMEOUT_MILLIS = 3000
local MOST_CACHED = 10000

-- Of the client's headers the question takes these; the proxy adds where the call came from.
local ASKED = { "x-api-key", "authorization", "referer", "user-agent" }
-- Of the answer the application gets these,
local TOLD = { "x-key-id", "x-key-owner", "x-key-organization", "x-key-scopes", "x-decision-id" }
-- and a refused client these.
local REFUSED = { "content-type", "retry-after", "www-authenticate", "cache-control", "x-request-id",
  "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit", "ratelimit-policy" }
local REFUSALS = { [400] = true, [401] = true, [403] = true, [413] = true, [429] = true, [503] = true }

local cache, cached, cached_at = {}, 0, 0

-- A header's values, as a list from 1; HAProxy counts from 0.
local function values(headers, name)
  local list = {}
  local found = headers[name]
  if found ~= nil then
    local i = 0
    while found[i] ~= nil do
      list[#list + 1] = found[i]
      i = i + 1
    end
  end
  return list
end

local function first(headers, name)
  local found = headers and headers[name]
  return found and found[0]
end

local function refuse(txn, status, headers, body)
  local reply = txn:reply()
  reply:set_status(status)
  for _, name in ipairs(REFUSED) do
    local value = first(headers, name)
    if value then
      reply:add_header(name, value)
    end
  end
  reply:set_body(body or "")
  txn:done(reply)
end

local function unavailable(txn)
  local json = '{"title":"Nobody can say now whether this call is allowed.","status":503,"code":"STORE_UNAVAILABLE"}'
  refuse(txn, 503, { ["content-type"] = { [0] = "application/problem+json" },
    ["cache-control"] = { [0] = "no-store" } }, json)
end

-- Everything that the decision depends on. A line break can't be part of a header, so that no two callers meet.
local function identity(txn, scope, sent)
  local parts = { scope, txn.sf:src(), txn.sf:query() or "", first(txn.http:req_get_headers(), "content-length") or "" }
  for _, name in ipairs(ASKED) do
    if name ~= "user-agent" then
      parts[#parts + 1] = table.concat(sent[name] or {}, "\r")
    end
  end
  return table.concat(parts, "\n")
end

local function let_through(txn, told)
  for name, value in pairs(told.headers) do
    txn.http:req_set_header(name, value)
  end
  for name, value in pairs(told.variables) do
    txn:set_var("txn." .. name, value)
  end
end

local function authorize(txn)
  local headers = txn.http:req_get_headers()
  local scope = txn:get_var("txn.scope") or ""
  local sent = {}
  for _, name in ipairs(ASKED) do
    local list = values(headers, name)
    if #list > 0 then
      sent[name] = list
    end
  end

  local id
  if CACHE_SECONDS > 0 then
    local now = core.now().sec
    if now - cached_at >= CACHE_SECONDS or cached >= MOST_CACHED then
      cache, cached, cached_at = {}, 0, now
    end
    id = identity(txn, scope, sent)
    if cache[id] then
      return let_through(txn, cache[id])
    end
  end

  local query = txn.sf:query()
  sent["x-forwarded-for"] = { txn.sf:src() }
  sent["x-forwarded-method"] = { txn.sf:method() }
  sent["x-forwarded-uri"] = { txn.sf:path() .. ((query and query ~= "") and "?" .. query or "") }
  local length = first(headers, "content-length")
  if length then
    sent["x-original-content-length"] = { length }
  end

  local answer = core.httpclient():get {
    url = SERVER .. "/api/v1/authorize" .. (scope ~= "" and "?scope=" .. scope or ""),
    headers = sent,
    timeout = TIMEOUT_MILLIS,
  }
  if not answer then
    return unavailable(txn)
  end
  if answer.status == 200 and first(answer.headers, "x-key-id") then
    local told = { headers = {}, variables = {
      limit = first(answer.headers, "x-ratelimit-limit"),
      remaining = first(answer.headers, "x-ratelimit-remaining"),
      reset = first(answer.headers, "x-ratelimit-reset"),
    } }
    for _, name in ipairs(TOLD) do
      told.headers[name] = first(answer.headers, name)
    end
    if id then
      cache[id] = told
      cached = cached + 1
    end
    return let_through(txn, told)
  end
  if REFUSALS[answer.status] and first(answer.headers, "x-key-error") then
    return refuse(txn, answer.status, answer.headers, answer.body)
  end
  unavailable(txn)
end

core.register_action("authorize", { "http-req" }, function(txn)
  local ran, failure = pcall(authorize, txn)
  if not ran then
    -- a reply ends an action by an error of its own, which is none
    if type(failure) == "string" then
      core.log(core.err, "authorize: " .. failure)
      unavailable(txn)
    else
      error(failure)
    end
  end
end)
