-- Sends the requests of a file by turns to whatever path wrk was given.
-- Environment: BODIES (a file, one body a line), GATEWAY (a file with the gateway's key), AS (verify, the default:
-- bodies by POST; authorize: each key in its own header by GET, as a proxy that holds the client's call).

local requests = {}
local at = 0

function init(args)
  if os.getenv("AS") == "authorize" then
    for body in io.lines(os.getenv("BODIES")) do
      local headers = {
        ["X-API-Key"] = body:match('"key":"([^"]+)"'),
        ["X-Forwarded-For"] = "203.0.113.9",
        ["X-Forwarded-Method"] = "GET",
        ["X-Forwarded-Uri"] = "/agents",
        ["Referer"] = "https://app.example.com/x",
      }
      requests[#requests + 1] = wrk.format("GET", nil, headers)
    end
  else
    local gateway = io.open(os.getenv("GATEWAY")):read("*l")
    local headers = {["Content-Type"] = "application/json", ["X-API-Key"] = gateway}
    for body in io.lines(os.getenv("BODIES")) do
      requests[#requests + 1] = wrk.format("POST", nil, headers, body)
    end
  end
  math.randomseed(os.time())
  at = math.random(#requests)
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, requests)
  local errors = summary.errors
  -- a refused key is an error of its status there, and a verification that was answered here
  local refused = os.getenv("AS") == "authorize" and 0 or errors.status
  io.write(
    string.format(
      "RESULT %d %d %d %d %d\n",
      summary.requests,
      summary.duration,
      latency:percentile(50),
      latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.timeout + refused
    )
  )
end
