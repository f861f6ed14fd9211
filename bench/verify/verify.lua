-- Sends the bodies of a file by turns to whatever path wrk was given.
-- Environment: BODIES (a file, one body a line), GATEWAY (a file with the gateway's key).

local requests = {}
local at = 0

function init(args)
  local gateway = io.open(os.getenv("GATEWAY")):read("*l")
  local headers = {["Content-Type"] = "application/json", ["X-API-Key"] = gateway}
  for body in io.lines(os.getenv("BODIES")) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
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
  io.write(
    string.format(
      "RESULT %d %d %d %d %d\n",
      summary.requests,
      summary.duration,
      latency:percentile(50),
      latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.status + errors.timeout
    )
  )
end
