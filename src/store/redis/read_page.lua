#!lua flags=no-writes
-- Reads a page of a room's history, with all that says where it stands. Changes nothing; runs on a replica too.
--
-- KEYS[1] record, KEYS[2] log: as in publish.lua
--
-- ARGV[1] direction  from: the messages from number ARGV[2] on; before: the newest ones below ARGV[2], 0: of all
-- ARGV[2] number
-- ARGV[3] messages   at most so many, 0: none, only where the room stands
-- ARGV[4] bytes      at most so many of the messages' bytes, headers included; but one message at least
--
-- Reply, an array:
--   epoch, generation, lineage   as in open.lua, but as the record has them: where `generation` is not the one of this
--                                server, the newest messages may be lost, and open.lua says so. Empty: no such room
--   head        newest number, 0: none
--   first       oldest number kept; head + 1 where none is. What is over the bounds in the record's settings is not
--               shown, though it may still be stored
--   messages    array of messages as publish.lua sends them, ascending by number and without a hole
--
-- Errors: ERR roomd.argument …, WRONGTYPE, NOSCRIPT, LOADING, BUSY, MASTERDOWN, CLUSTERDOWN, MOVED, ASK. Complexity:
-- O(messages returned), and O(log² n) of the log's length where its oldest messages are over a bound. At most
-- `messages` reads; the last of them may read up to 63 messages that do not fit.
--
-- It relies on: publish.lua's sum of steps, its messages' form and the meaning of its log's IDs.
local call = redis.call
local direction, number, messages, room = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if not (number and messages and room and (direction == 'from' or direction == 'before')) then
  return redis.error_reply('ERR roomd.argument')
end

local fields = call('HMGET', KEYS[1], '#numbering', '#lineage', '#settings')
local sum = tonumber(fields[1] and call('HGET', KEYS[1], fields[1]))
if not sum then return {'', '', '', 0, 1, {}} end
local head = sum % 4294967296
local extra = (sum - head) / 4294967296
local places, size_of_place, age = string.match(fields[3], '^(%d+) (%d+) (%d+) ')
places, size_of_place, age = tonumber(places), tonumber(size_of_place), tonumber(age)
local time = call('TIME')

local function text(n) return string.format('%d', n) end
local function seq_of(entry) return tonumber(string.match(entry[1], '^%d+')) end
local function entry_from(n) return call('XRANGE', KEYS[2], text(n), text(head), 'COUNT', '1')[1] end

local function shown(entry)
  local seq_of, extra_of = string.match(entry[1], '^(%d+)-(%d+)$')
  local header, at, micros = string.match(entry[2][2], '^(%S+ %d+ (%d+) (%d+) )')
  local own = math.max(math.ceil((#entry[2][2] - #header + 64) / size_of_place), 1)
  local held = head - seq_of + (extra - extra_of) % 1048576 + own
  return held <= places and (time[1] - at) * 1000 + math.floor((time[2] - micros) / 1000) < age
end

-- The oldest message within the bounds. `low` is not, `high` is, or is the head's successor.
local function find_first()
  local low = math.max(head - places, 0)
  if low >= head then return head + 1 end
  local oldest = entry_from(low + 1)
  if not oldest then return head + 1 end
  low = seq_of(oldest)
  if shown(oldest) then return low end
  local high = head + 1
  while high - low > 1 do
    local middle = math.floor((low + high) / 2)
    local entry = entry_from(middle)
    if entry and not shown(entry) then low = middle else high = middle end
  end
  return high
end

local first = find_first()
local upwards = direction == 'from'
local low, high = first, head
if upwards then low = math.max(first, number) elseif number > 0 then high = math.min(head, number - 1) end

-- Reads in pieces that grow as long as they fit, so that large messages are not read for nothing.
local page, used, piece = {}, 0, 8
while low <= high and #page < messages do
  local want = text(math.min(piece, messages - #page))
  local entries = upwards and call('XRANGE', KEYS[2], text(low), text(high), 'COUNT', want)
    or call('XREVRANGE', KEYS[2], text(high), text(low), 'COUNT', want)
  if #entries == 0 then break end
  for _, entry in ipairs(entries) do
    local size = #entry[2][2]
    if #page > 0 and used + size > room then low = high + 1 break end
    used = used + size
    page[#page + 1] = entry[2][2]
    if upwards then low = seq_of(entry) + 1 else high = seq_of(entry) - 1 end
  end
  local fit = math.floor((room - used) * #page / used) + 1
  piece = math.max(1, math.min(64, fit))
end

if not upwards then
  for i = 1, math.floor(#page / 2) do page[i], page[#page + 1 - i] = page[#page + 1 - i], page[i] end
end
local epoch, generation = string.match(fields[1], '^(.+)@(%x+)$')
return {epoch, generation, fields[2] or '', head, first, page}
