#!lua
-- Says which numbering a room has, and settles it: begins an epoch where the room's data are absent, and a child epoch
-- where this server has become the master since the numbering began. Called before a room's first publish, after every
-- reply 0 of publish.lua, after every reconnect, and every quarter of KEEP for a room that is in use, which renews it.
--
-- KEYS[1] record, KEYS[2] log, KEYS[3] keys, KEYS[4] old: as in publish.lua
--
-- ARGV[1] candidate  the epoch's name, should one begin: 8 to 64 of A-Z a-z 0-9 _ . -, never offered before by anyone
-- ARGV[2] create     1: begin an epoch where the room's data are absent; 0: leave nothing behind
-- ARGV[3] settings   PLACES PLACE AGE KEY_COUNT KEY_AGE KEY_MOST KEEP: integers with a space between; ages in ms. History
--                    is PLACES (at most 2^19) places of PLACE bytes for messages younger than AGE; a message takes one
--                    or as many as it needs. Keys: at least the newest KEY_COUNT and all younger than KEY_AGE, but hardly
--                    more than KEY_MOST. A room that is idle for KEEP is forgotten. They hold for everyone until somebody
--                    opens the room with others
--
-- Reply, an array:
--   epoch       text; empty: the room's data are absent and `create` was 0
--   generation  this server's master_replid, under which `epoch` was made
--   lineage     the epoch's ancestors, newest first: "EPOCH:SEQ EPOCH:SEQ …", at most 16. Up to and including SEQ that
--               epoch's messages are this one's; what it had beyond is lost. Empty: the numbering began at 0
--   head        newest number, 0 before the first message
--   what        0: nothing changed, 1: an epoch began at 0, 2: a child epoch began
-- Where an epoch began, subscribers hear a message without payload that bears its name and the number `head`.
--
-- Errors: ERR roomd.argument …, WRONGTYPE, and as publish.lua. Complexity: O(log n) of the log's length.
--
-- It relies on: master_replid changing on promotion and on restart; publish.lua's sum and log. The record's fields:
-- #numbering ("EPOCH@GENERATION"), that text itself (publish.lua's sum), #settings, #lineage, #window (in
-- which second the keys' newer half began).
local call = redis.call
local record, log, candidate, settings = KEYS[1], KEYS[2], ARGV[1], ARGV[3]
local places, size, keep = string.match(settings, '^(%d+) (%d+) %d+ %d+ %d+ %d+ (%d+)$')
if #candidate < 8 or #candidate > 64 or string.find(candidate, '[^%w_.-]') or not keep
  or tonumber(places) > 524288 or size == '0' then
  return redis.error_reply('ERR roomd.argument candidate or settings')
end
local generation = string.match(call('INFO', 'replication'), 'master_replid:(%x+)')
local fields = call('HMGET', record, '#numbering', '#lineage', '#settings')
local numbering, lineage = fields[1], fields[2] or ''
local sum = tonumber(numbering and call('HGET', record, numbering))
local head = sum and sum % 4294967296

if head then
  -- The log's newest entry must be the head. Ahead of it: the record is from another run. Behind it: history was lost.
  local newest = call('XREVRANGE', log, '+', '-', 'COUNT', '1')[1]
  local last = newest and tonumber(string.match(newest[1], '^%d+')) or head
  if last < head then call('UNLINK', log) end
  if last > head then head = nil end
end

local function announce() -- in the form of publish.lua's message, with a number that is not new
  local time = call('TIME')
  call('SPUBLISH', record, string.format('%s %d %s %s ', candidate, head or 0, time[1], time[2]))
end

local epoch, made_under = string.match(numbering or '', '^(.+)@(%x+)$')
local what = 0
if not head then
  if ARGV[2] ~= '1' then return {'', generation, '', 0, 0} end
  announce()
  for _, key in ipairs(KEYS) do call('UNLINK', key) end -- in one command they would all have to be there while a slot moves
  epoch, lineage, head, sum, what = candidate, '', 0, 0, 1
elseif made_under ~= generation then
  if epoch == candidate or string.find(' ' .. lineage, ' ' .. candidate .. ':', 1, true) then
    return redis.error_reply('ERR roomd.argument this candidate was an epoch already')
  end
  announce()
  call('HDEL', record, numbering)
  local ancestors, rest = {epoch .. ':' .. string.format('%d', head)}, lineage
  for ancestor in string.gmatch(rest, '%S+') do
    if #ancestors < 16 then ancestors[#ancestors + 1] = ancestor end
  end
  epoch, lineage, what = candidate, table.concat(ancestors, ' '), 2
end

if what > 0 or fields[3] ~= settings then
  if places == '0' then call('UNLINK', log) end -- so that it has no hole, should the room get a history again
  numbering = epoch .. '@' .. generation
  call('HSET', record, numbering, string.format('%d', sum), '#numbering', numbering, '#settings', settings)
  if what == 2 then call('HSET', record, '#lineage', lineage) end
end

-- The record goes first, because what is left without it is never read.
local life = keep + math.floor(keep / 2)
call('PEXPIRE', record, life)
for i = 2, 4 do redis.pcall('PEXPIRE', KEYS[i], life + 60000) end -- while a slot moves what is absent is elsewhere
return {epoch, generation, lineage, head, what}
