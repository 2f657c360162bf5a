#!lua
-- Numbers a message, keeps it, remembers its key and sends it to the room's subscribers, in one step. All or nothing:
-- an error reply and the reply 0 say that nothing was changed.
--
-- KEYS[1] record   hash: the room's numbering; its name is the name of the room's channel too
-- KEYS[2] log      stream: the newest messages; the record's name once more where the room keeps no history
-- KEYS[3] keys     hash: the newest deduplication keys     } only with ARGV[4]
-- KEYS[4] old      hash: the keys before those             }
--
-- ARGV[1] message    as it is to be kept and sent, under the number and at the time that the caller expects; at most
--                    64 MiB and 64 KiB:    EPOCH ' ' SEQ ' ' SECONDS ' ' MICROSECONDS ' ' PAYLOAD
--                    SECONDS has ten digits
-- ARGV[2] numbering  EPOCH@GENERATION: the epoch that open.lua named for the room, and the generation that open.lua last
--                    named, for whatever room, over this very connection
-- ARGV[3] seq        SEQ, as in the message; where the room gives it another number, the script puts that in its place.
--                    Empty: the caller expects no number; then the message begins with the ' ' behind SEQ
-- ARGV[4] key        deduplication key, 1 to 512 bytes; empty or left out: none
-- ARGV[5] step       1 + 2^32 * (PLACES - 1); left out: 1. PLACES: how many of the PLACE bytes in the room's settings
--                    (open.lua) the payload and 64 bytes more fill, rounded up; at least 1, at most 2^19
-- ARGV[6] look       1: look whether the keys' window must turn. Every caller's first publish with a key after open.lua
--                    bears it, and after every 64 that were stored the next; again, until one that bears it is stored
--
-- Reply, an integer:  n > 0  stored under this number of EPOCH
--                     -n     a repeat: the key's first message has the number n; nothing was stored or sent
--                     0      the room's numbering is not (or no longer) EPOCH made under GENERATION, or its data are
--                            absent: nothing was done. Call open.lua, then this again
--
-- Errors: ERR roomd.argument …, WRONGTYPE, and what Redis says before it runs a script: NOSCRIPT, READONLY, OOM, MISCONF,
-- NOREPLICAS, MASTERDOWN, LOADING, BUSY, CLUSTERDOWN, MOVED, ASK. Complexity: O(log n) of the log's length; every 64th
-- message, or every 64 KiB, it tidies: O(log² n), and at most 10,000 messages dropped. `look` costs O(1).
--
-- It relies on: open.lua's record; its field EPOCH@GENERATION, the sum of all steps: SEQ + 2^32 * EXTRA, less 2^53 once
-- the window has turned, so that its sign says whether there are old keys; a log entry's ID being SEQ-EXTRA, EXTRA with
-- its own places and modulo 2^20, so that a number of Lua's holds the sum; at most 2^32 messages an epoch; Redis
-- replicating effects; a user who may run every command below (open.lua tries the channel); callers who know Redis' clock
-- to within a second. Ages are by that clock; if it steps back, things live longer by as much.
--
-- The caller guesses the number because Redis' Lua hashes every byte of every string that comes into being: to put it in
-- here takes as long as to store the message. A wrong guess takes twice as long, so who is often wrong should not guess.
local call, record, log = redis.call, KEYS[1], KEYS[2]
local message, numbering, seq, key, step, look = unpack(ARGV)
local foreseen = seq ~= '' and seq + 0
step = step or '1'
if key == '' then key = nil end
if #message > 67174400 or (key and #key > 512) then
  return redis.error_reply('ERR roomd.argument the message or the key is too long')
end

local sum = call('HINCRBY', record, numbering, step)
local head = sum % 4294967296
if head == 1 and call('HGET', record, '#numbering') ~= numbering then
  call('HDEL', record, numbering) -- it was not there
  return 0
end
if head ~= foreseen then
  if foreseen then message = string.sub(message, #numbering - 39 + #seq) end -- GENERATION has 40 digits
  seq = string.format('%d', head)
  message = string.sub(numbering, 1, -42) .. ' ' .. seq .. message
end

local first -- SEQ ' ' SECONDS: what is remembered of a key
if key then
  first = string.sub(message, #numbering - 39, #numbering - 29 + #seq)
  local known, place -- what is remembered of it, and where
  if sum < 0 then known, place = redis.pcall('HGET', KEYS[4], key), KEYS[4] end
  if not known then
    local added = redis.pcall('HSETNX', KEYS[3], key, first)
    if added ~= 1 then known, place = redis.pcall('HGET', KEYS[3], key), KEYS[3] end
  end
  if known then
    local expired
    if type(known) == 'string' then
      -- Out of the window? Surely, when it is too old and so many came later. Else it is still remembered.
      local at = string.match(known, '%d+$')
      local count, age = string.match(call('HGET', record, '#settings'), '^%d+ %d+ %d+ (%d+) (%d+) ')
      expired = (call('TIME')[1] - at) * 1000 >= tonumber(age)
        and (count == '0' or (place == KEYS[4] and call('HLEN', KEYS[3]) >= tonumber(count)))
    end
    if not expired then
      call('HINCRBY', record, numbering, '-' .. step)
      return type(known) == 'string' and -tonumber(string.match(known, '^%d+')) or known
    end
    call('HSET', KEYS[3], key, first)
    if place == KEYS[4] then call('HDEL', place, key) end
  end
end

local extra = (sum - head) / 4294967296
if sum < 0 then extra = extra + 2097152 end
if extra >= 1048576 then
  extra = extra - 1048576
  call('HINCRBY', record, numbering, '-4503599627370496') -- 2^52
end
if log ~= record then
  local id = extra == 0 and seq or string.format('%d-%d', head, extra)
  local added = redis.pcall('XADD', log, id, 'm', message)
  if type(added) == 'table' then
    call('HINCRBY', record, numbering, '-' .. step)
    if key then call('HDEL', KEYS[3], key) end
    -- The log is ahead of the record, so they are not of one run: open.lua begins a new one.
    if string.find(added.err, 'equal or smaller', 1, true) then return 0 end
    return added
  end
end
call('SPUBLISH', record, message)

local pause = 64
if #message > 1024 then pause = math.max(math.floor(65536 / #message), 1) end
local tidy_log = log ~= record and (head % pause == 0 or head == 1)
local tidy_keys = key and look == '1'
if not tidy_log and not tidy_keys then return head end

-- Tidying. The message is stored and sent, so nothing from here on may turn the reply into an error.
local time = call('TIME')
local seconds = time[1]
local places, size_of_place, age, key_count, key_age, key_most, life

-- The places from an entry on, and the milliseconds that it is old: as in read_page.lua.
local function measure(entry)
  local seq_of, extra_of = string.match(entry[1], '^(%d+)-(%d+)$')
  local header, at, micros = string.match(entry[2][2], '^(%S+ %d+ (%d+) (%d+) )')
  local own = math.max(math.ceil((#entry[2][2] - #header + 64) / size_of_place), 1)
  return head - seq_of + (extra - extra_of) % 1048576 + own, (seconds - at) * 1000 + math.floor((time[2] - micros) / 1000)
end

-- Drops what is over the bounds by a sixteenth, so that the search is rare. Who reads is shown the exact bounds.
local function trim()
  call('PEXPIRE', log, life)
  local oldest = call('XRANGE', log, '-', '+', 'COUNT', '1')[1]
  if not oldest then return end
  local held, old_by = measure(oldest)
  if held <= places * 17 / 16 and old_by < age * 17 / 16 then return end
  local first_kept = tonumber(string.match(oldest[1], '^%d+'))
  -- Drop `low`, keep `high`. Where each message takes one place, the cut is `places` behind the head. Else the steps from
  -- there grow until they are over it. Every entry that is looked at is copied, however large.
  local low, high, stride = math.max(first_kept, head - places), head + 1, 1
  if old_by < age and held == head - first_kept + 1 then high = low + 1 end
  while high - low > 1 do
    local middle = math.min(low + stride, math.floor((low + high) / 2))
    local entry = call('XRANGE', log, string.format('%d', middle), '+', 'COUNT', '1')[1]
    if entry then held, old_by = measure(entry) end
    if entry and (held > places or old_by >= age) then low, stride = middle, stride * 2 else high = middle end
  end
  local cut = string.format('%d', high)
  -- Whole nodes, 10,000 messages at most; where it is less than a node, exactly.
  if call('XTRIM', log, 'MINID', '~', cut) == 0 then call('XTRIM', log, 'MINID', cut) end
end

-- The window is two hashes, and the older one goes when the newer one alone keeps what was promised.
local function turn_window()
  call('PEXPIRE', KEYS[3], life)
  local since = call('HGET', record, '#window')
  if not since or since > seconds then -- the clock stepped back; as texts: ten digits each
    since = seconds
    call('HSET', record, '#window', since)
  end
  local size = call('HLEN', KEYS[3])
  if size >= 32 and size < 160 then -- a long value makes it a hash table: a list of pairs would be searched in full
    call('HSET', KEYS[3], '', string.rep(' ', 100))
    call('HDEL', KEYS[3], '')
  end
  local enough = size >= tonumber(key_count) and (seconds - since) * 1000 >= tonumber(key_age)
  if enough or size * 2 >= tonumber(key_most) then
    if sum >= 0 then call('HINCRBY', record, numbering, '-9007199254740992') end -- 2^53
    call('UNLINK', KEYS[4])
    call('RENAME', KEYS[3], KEYS[4])
    call('HSET', KEYS[3], key, first) -- the newer half begins with this one, so that it can expire
    call('HDEL', KEYS[4], key)
    call('PEXPIRE', KEYS[3], life)
    call('HSET', record, '#window', seconds)
  end
end

pcall(function()
  local keep
  places, size_of_place, age, key_count, key_age, key_most, keep = string.match(call('HGET', record, '#settings'),
    '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
  places, size_of_place, age = tonumber(places), tonumber(size_of_place), tonumber(age)
  life = keep + math.floor(keep / 2) + 60000 -- as in open.lua
  if tidy_log then trim() end
  if tidy_keys then turn_window() end
end)
return head
