#!lua
-- Numbers a message, keeps it, remembers its key and sends it to the room's subscribers, in one step. All or nothing:
-- an error reply and the reply 0 say that nothing was changed.
--
-- KEYS[1] record    hash: the room's numbering; its name is the name of the room's channel too
-- KEYS[2] log       stream: the newest messages
-- KEYS[3] keys      hash: the newest deduplication keys
-- KEYS[4] old       hash: the keys before those
--
-- ARGV[1] payload    bytes, at most 64 MiB and 64 KiB
-- ARGV[2] epoch      the numbering that the caller knows from open.lua
-- ARGV[3] generation the master_replid of the server, read over this very connection while it said `role:master`
-- ARGV[4] charge     what the message counts against the bound in bytes; empty: the room keeps no history
-- ARGV[5] settings   COUNT BYTES AGE KEY_COUNT KEY_AGE KEY_MOST KEEP: integers with a space between; ages in ms. History
--                    keeps at most COUNT messages, charged BYTES, younger than AGE. Keys: at least the newest KEY_COUNT
--                    and all younger than KEY_AGE, but hardly more than KEY_MOST. A room idle for KEEP is forgotten
-- ARGV[6] key        deduplication key, 1 to 512 bytes; left out: none
--
-- Reply, an integer:  n > 0  stored under this number of `epoch`
--                     -n     a repeat: the key's first message has the number n; nothing was stored or sent
--                     0      the room's numbering is not (or no longer) `epoch` made under `generation`, or its data
--                            are absent: nothing was done. Call open.lua, then this again
--
-- Message, as it is sent on the channel and kept in the log:
--                     EPOCH ' ' SEQ ' ' SECONDS ' ' MICROSECONDS ' ' PAYLOAD     (Redis' clock)
--
-- Errors: ERR roomd.argument …, WRONGTYPE, and what Redis says before it runs a script: NOSCRIPT, READONLY, OOM, MISCONF,
-- NOREPLICAS, MASTERDOWN, LOADING, BUSY, CLUSTERDOWN, MOVED, ASK. Complexity: O(log n) of the log's length; every 32nd
-- message, every 64 KiB and from time to time it tidies, O(log² n) and at most 10,000 messages dropped.
--
-- It relies on: the record's field EPOCH@GENERATION holding "SEQ-BYTES DUE" (newest number, charges so far, when to tidy
-- by time); a log entry's ID being SEQ-BYTES, the charges before it; Redis replicating effects; a user who may run every
-- command below (open.lua tries the channel). Ages are by Redis' clock; steps it back, things live longer by as much.
local call = redis.call
local record, log = KEYS[1], KEYS[2]
local payload, epoch, charge, key = ARGV[1], ARGV[2], ARGV[4], ARGV[6]
local numbering = epoch .. '@' .. ARGV[3]

local state, window
if key then
  local fields = call('HMGET', record, numbering, '#window')
  state, window = fields[1], fields[2]
else
  state = call('HGET', record, numbering)
end
if not state then return 0 end

local time = call('TIME')
local seconds = time[1]
local head, before, due = string.match(state, '^(%d+)-(%d+) (%d+)$')
if #payload > 67174400 or (key and (key == '' or #key > 512)) then
  return redis.error_reply('ERR roomd.argument the payload or the key is too long, or the key is empty')
end
local seq = string.format('%d', head + 1)
local after = before + (charge == '' and 0 or charge)
local timely = seconds >= due -- as texts: ten digits each, or due is 0
local tidy = timely or seq % 32 == 0 or after % 65536 < after - before or (key and not window)
local count, bytes, age, key_count, key_age, key_most, keep
if tidy then
  count, bytes, age, key_count, key_age, key_most, keep =
    string.match(ARGV[5], '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
  if not keep then return redis.error_reply('ERR roomd.argument settings') end
  if timely then due = string.format('%d', seconds + 1 + math.floor(keep / 8000)) end
end

if key then
  local value = seq .. ' ' .. seconds
  local first, expired = call('HGET', KEYS[4], key), false
  local place = KEYS[4]
  if not first and call('HSETNX', KEYS[3], key, value) == 0 then
    first, place = call('HGET', KEYS[3], key), KEYS[3]
  end
  if first then
    -- Out of the window? Surely, when it is too old and so many came later. Else it is still remembered.
    local number, at = string.match(first, '^(%d+) (%d+)$')
    local wanted, life = string.match(ARGV[5], '^%d+ %d+ %d+ (%d+) (%d+) ')
    if (seconds - at) * 1000 >= tonumber(life) then
      expired = wanted == '0' or (place == KEYS[4] and call('HLEN', KEYS[3]) >= tonumber(wanted))
    end
    if not expired then return -tonumber(number) end
    call('HSET', KEYS[3], key, value)
    if place == KEYS[4] then call('HDEL', place, key) end
  end
end

local message = epoch .. ' ' .. seq .. ' ' .. seconds .. ' ' .. time[2] .. ' ' .. payload
if charge == '' then
  call('UNLINK', log) -- so that the log never has a hole, should the room get a history again
else
  local added = redis.pcall('XADD', log, seq .. '-' .. before, 'm', message)
  if type(added) == 'table' then
    if key then call('HDEL', KEYS[3], key) end
    -- The log is ahead of the record, so they are not of one run: open.lua begins a new one.
    if string.find(added.err, 'equal or smaller', 1, true) then return 0 end
    return added
  end
end
call('HSET', record, numbering, seq .. '-' .. string.format('%d', after) .. ' ' .. due)
call('SPUBLISH', record, message)
if not tidy then return head + 1 end

-- Tidying. The message is stored and sent, so nothing from here on may turn the reply into an error.
local function too_much(entry, slack)
  local at, ms = string.match(entry[2][2], '^%S+ %d+ (%d+) (%d+) ')
  local held = after - string.match(entry[1], '%d+$')
  local old_by = (seconds - at) * 1000 + math.floor((time[2] - ms) / 1000)
  return held > bytes * slack or old_by >= age * slack
end

-- Drops what is over the bounds by a sixteenth, so that the search is rare. Who reads is shown the exact bounds.
local function trim()
  call('XTRIM', log, 'MAXLEN', '~', count)
  local oldest = call('XRANGE', log, '-', '+', 'COUNT', '1')[1]
  if not oldest or not too_much(oldest, 17 / 16) then return end
  local low, high = tonumber(string.match(oldest[1], '^%d+')), head + 2 -- drop `low`, keep `high`
  while high - low > 1 do
    local middle = math.floor((low + high) / 2)
    local entry = call('XRANGE', log, string.format('%d', middle), '+', 'COUNT', '1')[1]
    if entry and too_much(entry, 1) then low = middle else high = middle end
  end
  local cut = string.format('%d', high)
  -- Whole nodes, 10,000 messages at most; where it is less than a node, exactly.
  if call('XTRIM', log, 'MINID', '~', cut) == 0 then call('XTRIM', log, 'MINID', cut) end
end

-- The window is two hashes, and the older one goes when the newer one alone keeps what was promised.
local function turn_window(since)
  local size = call('HLEN', KEYS[3])
  if size >= 48 and size < 96 then -- a long value makes it a hash table: a list of pairs would be searched in full
    call('HSET', KEYS[3], '', string.rep(' ', 100))
    call('HDEL', KEYS[3], '')
  end
  if since > seconds then call('HSET', record, '#window', seconds) end -- the clock stepped back
  local kept_enough = size >= tonumber(key_count) and (seconds - since) * 1000 >= tonumber(key_age)
  if size > 0 and (kept_enough or size * 2 >= tonumber(key_most)) then
    call('UNLINK', KEYS[4])
    call('RENAME', KEYS[3], KEYS[4])
    call('HDEL', record, '#window')
  end
end

pcall(function()
  count, bytes, age = tonumber(count), tonumber(bytes), tonumber(age)
  local life = keep + math.floor(keep / 4) + 2000
  if key and not window then
    call('HSET', record, '#window', seconds)
    call('PEXPIRE', KEYS[3], life + 1000)
  end
  if charge ~= '' then trim() end
  local since = call('HGET', record, '#window')
  if since then turn_window(since) end
  if timely then -- the record goes first: what is left without it is never read
    call('PEXPIRE', record, life)
    for i = 2, 4 do call('PEXPIRE', KEYS[i], life + 1000) end
  end
end)
return head + 1
