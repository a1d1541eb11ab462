-- Sends the forms of a file in turn, and prints what the benchmark reads.
local bodies, at = {}, 0
function init(args)
  if args[1] then
    for line in io.lines(args[1]) do bodies[#bodies + 1] = line end
  end
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Accept-Encoding"] = "gzip"
end
function request()
  if #bodies == 0 then return wrk.format("GET") end
  at = at % #bodies + 1
  return wrk.format("POST", nil, nil, bodies[at])
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout, e.status, latency:percentile(50),
    latency:percentile(95), latency:percentile(99)))
end
