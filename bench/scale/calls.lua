-- Verifies keys of a file in random order. Environment: SECRETS (a file, one key a line), AMONG (how many of them),
-- GATEWAY (a file with the gateway's key), IN_TURN (one after the other from this one on, to have them all in memory).

local secrets = {}
local before, after
local at = tonumber(os.getenv("IN_TURN"))

function init(args)
  local among = tonumber(os.getenv("AMONG"))
  for secret in io.lines(os.getenv("SECRETS")) do
    secrets[#secrets + 1] = secret
    if #secrets == among then break end
  end
  local gateway = io.open(os.getenv("GATEWAY")):read("*l")
  local placeholder = string.rep("x", #secrets[1])
  local body = '{"key":"' .. placeholder .. '","scopes":["agents:read"],"ip":"203.0.113.9",'
    .. '"referrer":"https://app.example.com/x","method":"GET","endpoint":"/agents"}'
  local whole = wrk.format("POST", nil, {["Content-Type"] = "application/json", ["X-API-Key"] = gateway}, body)
  local first, last = whole:find(placeholder, 1, true)
  before, after = whole:sub(1, first - 1), whole:sub(last + 1)
  math.randomseed(os.time())
end

if at then
  function request()
    at = at % #secrets + 1
    return before .. secrets[at] .. after
  end
else
  function request()
    return before .. secrets[math.random(#secrets)] .. after
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(
    string.format(
      "RESULT %d %d %d %d %d\n",
      summary.requests,
      summary.duration,
      latency:percentile(50),
      latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.timeout + errors.status
    )
  )
end
