/**
 * The steps that must be atomic, as Lua. All keys of an event share one hash slot. `runId` is the id of the
 * Redis process for which the ledger is known to be complete: a restarted Redis has another one, so every
 * step is refused until the ledger has been compared with store and topic again.
 *
 * KEYS: 1 event (hash) · 2 users (hash user → "serial:acceptedAtMs") · 3 outbox (stream) · 4 freed serials (list)
 */

/**
 * Admits several users, each in turn: one per user, the sale's times by Redis's own clock, stock, and room in
 * the outbox, in this order.
 * ARGV: runId, cap of the outbox, user, user, …
 * Answers one array per user: {'admitted'|'duplicate', serial, acceptedAtMs} or {reason}.
 */
export const ADMIT = `
local event = redis.call('HMGET', KEYS[1], 'runId', 'stock', 'opensAtMs', 'closesAtMs', 'highestSerial')
local answers = {}
if event[1] ~= ARGV[1] then
  for i = 3, #ARGV do answers[i - 2] = {'closed'} end
  return answers
end
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local stock, highest = tonumber(event[2]), tonumber(event[5])
local opensAtMs, closesAtMs = tonumber(event[3]), tonumber(event[4])
local room = tonumber(ARGV[2]) - redis.call('XLEN', KEYS[3])
local freed = redis.call('LLEN', KEYS[4])
local before = highest
local stamp = string.format('%.0f', nowMs)
for i = 3, #ARGV do
  local user = ARGV[i]
  local held = redis.call('HGET', KEYS[2], user)
  local answer
  if held then
    local colon = string.find(held, ':', 1, true)
    answer = {'duplicate', string.sub(held, 1, colon - 1), string.sub(held, colon + 1)}
  elseif opensAtMs and nowMs < opensAtMs then answer = {'not-open'}
  elseif closesAtMs and nowMs >= closesAtMs then answer = {'over'}
  elseif freed == 0 and highest >= stock then answer = {'sold-out'}
  elseif room <= 0 then answer = {'backlog-full'}
  else
    local serial
    if freed > 0 then
      serial = redis.call('LPOP', KEYS[4])
      freed = freed - 1
    else
      highest = highest + 1
      serial = string.format('%.0f', highest)
    end
    redis.call('HSET', KEYS[2], user, serial .. ':' .. stamp)
    redis.call('XADD', KEYS[3], '*', 'user', user, 'serial', serial, 'at', stamp)
    room = room - 1
    answer = {'admitted', serial, stamp}
  end
  answers[i - 2] = answer
end
if highest > before then redis.call('HSET', KEYS[1], 'highestSerial', string.format('%.0f', highest)) end
return answers`;

/**
 * Takes an admission back together with its outbox entry and frees its serial; once, however often called.
 * ARGV: runId, consumer group, entry id, user, serial. Answers 1 if it was taken back now, 0 if before, -1 if closed.
 */
export const REVOKE = `
if redis.call('HGET', KEYS[1], 'runId') ~= ARGV[1] then return -1 end
redis.call('XACK', KEYS[3], ARGV[2], ARGV[3])
if redis.call('XDEL', KEYS[3], ARGV[3]) == 0 then return 0 end
local held = redis.call('HGET', KEYS[2], ARGV[4])
if not held or string.sub(held, 1, string.find(held, ':', 1, true) - 1) ~= ARGV[5] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[4])
redis.call('RPUSH', KEYS[4], ARGV[5])
redis.call('HINCRBY', KEYS[1], 'revoked', 1)
return 1`;

/**
 * Opens the ledger for a Redis process after it was rebuilt, unless another process has done so meanwhile:
 * what was found before serials were handed out again must not replace them.
 * KEYS: 5 freed serials as found. ARGV: runId, highest serial. Answers 1 if it was opened now.
 */
export const OPEN = `
if redis.call('HGET', KEYS[1], 'runId') == ARGV[1] then
  redis.call('DEL', KEYS[5])
  return 0
end
redis.call('DEL', KEYS[4])
if redis.call('EXISTS', KEYS[5]) == 1 then redis.call('RENAME', KEYS[5], KEYS[4]) end
redis.call('HSET', KEYS[1], 'highestSerial', ARGV[2], 'runId', ARGV[1])
return 1`;
