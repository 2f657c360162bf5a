#!lua
-- Says which numbering a room has, and settles it: begins an epoch where the room's data are absent, and a child epoch
-- where this server has become the master since the numbering began. Called before a room's first publish, after every
-- reply 0 of publish.lua, after every reconnect, and from time to time for a room that is in use (it renews KEEP).
--
-- KEYS[1] record, KEYS[2] log, KEYS[3] keys, KEYS[4] old: as in publish.lua
--
-- ARGV[1] candidate  the epoch's name, should one begin: 8 to 64 of A-Z a-z 0-9 _ . -, never offered before by anyone
-- ARGV[2] create     1: begin an epoch where the room's data are absent; 0: leave nothing behind
-- ARGV[3] keep       ms: a room that is idle for so long is forgotten
--
-- Reply, an array:
--   epoch       text; empty: the room's data are absent and `create` was 0
--   generation  this server's master_replid; `epoch` holds on connections to a master with this one
--   lineage     the epoch's ancestors, newest first: "EPOCH:SEQ EPOCH:SEQ …", at most 16. Up to and including SEQ that
--               epoch's messages are this one's; what it had beyond is lost. Empty: the numbering began at 0
--   head        newest number, 0 before the first message
--   what        0: nothing changed, 1: an epoch began at 0, 2: a child epoch began
--
-- Where an epoch began, subscribers hear a message without payload that bears its name and the number `head`.
--
-- Errors: ERR roomd.argument …, WRONGTYPE, and as publish.lua. Complexity: O(log n) of the log's length.
--
-- It relies on: master_replid changing on promotion and on restart; publish.lua's state "SEQ-BYTES DUE". The record's
-- fields: #numbering ("EPOCH@GENERATION"), that text (the state), #lineage, #window (seconds: when KEYS[3] began).
local call = redis.call
local record, candidate = KEYS[1], ARGV[1]
local keep = tonumber(ARGV[3])
if #candidate < 8 or #candidate > 64 or string.find(candidate, '[^%w_.-]') or not keep then
  return redis.error_reply('ERR roomd.argument candidate or keep')
end
local generation = string.match(call('INFO', 'replication'), 'master_replid:(%x+)')

local fields = call('HMGET', record, '#numbering', '#lineage')
local numbering, lineage = fields[1], fields[2] or ''
local state = numbering and call('HGET', record, numbering)
local head = state and tonumber(string.match(state, '^%d+'))
local epoch, made_under = string.match(numbering or '', '^(.+)@(%x+)$')

if head then
  -- The log's newest entry must be the head. Ahead of it: the record is from another run. Behind it: history was lost.
  local newest = call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', '1')[1]
  local last = newest and tonumber(string.match(newest[1], '^%d+')) or head
  if last < head then call('UNLINK', KEYS[2]) end
  if last > head then head = nil end
end

local function announce(numbers_from) -- the form of publish.lua's message, with a number that is not new
  local time = call('TIME')
  call('SPUBLISH', record, string.format('%s %d %s %s ', candidate, numbers_from, time[1], time[2]))
end

local what = 0
if not head then
  call('UNLINK', record, KEYS[2], KEYS[3], KEYS[4])
  if ARGV[2] ~= '1' then return {'', generation, '', 0, 0} end
  announce(0)
  epoch, lineage, head, what = candidate, '', 0, 1
  numbering = epoch .. '@' .. generation
  call('HSET', record, numbering, '0-0 0', '#numbering', numbering)
elseif made_under ~= generation then
  if epoch == candidate or string.find(' ' .. lineage, ' ' .. candidate .. ':', 1, true) then
    return redis.error_reply('ERR roomd.argument this candidate was an epoch already')
  end
  announce(head)
  local ancestors, rest = {epoch .. ':' .. string.format('%d', head)}, lineage
  for ancestor in string.gmatch(rest, '%S+') do
    if #ancestors < 16 then ancestors[#ancestors + 1] = ancestor end
  end
  lineage, what = table.concat(ancestors, ' '), 2
  call('HDEL', record, numbering)
  epoch = candidate
  numbering = epoch .. '@' .. generation
  call('HSET', record, numbering, state, '#numbering', numbering, '#lineage', lineage)
end

-- As when publish.lua tidies: the record goes first, because what is left without it is never read.
local life = keep + math.floor(keep / 4) + 2000
call('PEXPIRE', record, life)
for i = 2, 4 do call('PEXPIRE', KEYS[i], life + 1000) end
return {epoch, generation, lineage, head, what}
