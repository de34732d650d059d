-- SPDX-License-Identifier: Apache-2.0
-- What wrk sends in scripts/bench: wrk -s requests.lua URL -- WHAT PIPELINE FIRST KEYS
--   WHAT      live, start, end, or pair (starts, each followed by its end)
--   PIPELINE  the id of the pipeline to start
--   FIRST     the id of the first running execution to end
--   KEYS      a text that makes idempotency keys differ from those of other runs, or "none"

local threads = {}

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
    for _, other in ipairs(threads) do other:set("count", #threads) end
end

local what, pipeline, keys
local sent = 0
-- Not local: read when all is over.
turn = 0
-- Executions that are started and not yet ended.
local running = {}
local end_date = os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + 86400)

local function post(path, body)
    local headers = { ["Content-Type"] = "application/json" }
    if keys ~= "none" then
        sent = sent + 1
        headers["Idempotency-Key"] = keys .. "-" .. number .. "-" .. sent
    end
    return wrk.format("POST", path, headers, body)
end

local function start_body()
    return '{"pipeline_id":' .. pipeline .. ',"watermark":"2013-01-01"}'
end

local function start() return post("/start_pipeline_execution", start_body()) end

local function finish(id)
    return post(
        "/end_pipeline_execution",
        '{"id":' .. id .. ',"end_date":"' .. end_date
            .. '","completed_successfully":true,"inserts":100,"updates":5,"total_rows":105}'
    )
end

function init(args)
    what, pipeline, keys = args[1], args[2], args[4]
    local first = tonumber(args[3])
    -- Requests that are all alike are built once: wrk does so when there is no function `request`, and then leaves the
    -- server nearly all of the processors. Building each in Lua halves what the bare route shows.
    if what == "live" then
        wrk.path = "/livez"
    elseif what == "start" and keys == "none" then
        wrk.method, wrk.path, wrk.body = "POST", "/start_pipeline_execution", start_body()
        wrk.headers["Content-Type"] = "application/json"
    elseif what == "start" then
        request = start
    elseif what == "end" then
        -- Each thread ends every count-th execution.
        request = function()
            turn = turn + 1
            return finish(string.format("%d", first + number + (turn - 1) * count))
        end
    elseif what == "pair" then
        request = function()
            local id = table.remove(running)
            if id then return finish(id) end
            return start()
        end
        response = function(status, headers, body)
            if status == 201 then table.insert(running, body:match('"id":%s*(%d+)')) end
        end
    end
end

-- One line for the script to read: requests that were answered well, microseconds, p50 and p99 in microseconds,
-- failures, and how many ids from the first one on have been used.
function done(summary, latency)
    local errors = summary.errors
    local used = 0
    for _, thread in ipairs(threads) do used = math.max(used, thread:get("turn") * #threads) end
    io.write(
        string.format(
            "result %d %d %d %d %d %d\n",
            -- wrk counts every answer, and those with a status from 400 on also as errors.
            summary.requests - errors.status,
            summary.duration,
            latency:percentile(50),
            latency:percentile(99),
            errors.connect + errors.read + errors.write + errors.status + errors.timeout,
            used
        )
    )
end
