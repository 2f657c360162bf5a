#!lua flags=allow-oom
-- Reads the stream over which a backend publishes, for the one node that reads it at a time, and takes out what that node
-- has published. Renews or takes that node's lease, and makes the stream and its group where they are absent. It runs also
-- where Redis' memory is full: what it takes out is what gives memory back, and what it reads is bounded by its reader.
--
-- KEYS[1] stream   what the backend adds to; its group is `roomd`, with the reading node as its only consumer
-- KEYS[2] reader   string: the node that reads, and its term: "NODE TERM"; expires with its lease
--
-- ARGV[1] node     the caller's id, new with every start of its process, without a space
-- ARGV[2] term     grows whenever the caller has forgotten what it read: it is another reader from then on, and a call of an
--                  earlier term that comes late reads nothing
-- ARGV[3] lease    ms: for how long nobody else reads; 0: give it up now, and read nothing
-- ARGV[4] most     entries to read, at most 1000; 0: none
-- ARGV[5] largest  bytes: of a larger entry, all names and values together, or one of more than 32 fields, only the ID is read
-- ARGV[6] cursor   how far the caller has taken over what others have left unfinished, as it was told; `-`: that is done
-- ARGV[7…]         IDs of entries that are done: they leave the group and the stream, 1000 at most
--
-- Reply, an array:
--   standing  0: another node reads; 1: the caller does, from now on, and knows of no entry; 2: it still does
--   ms        for how long the lease is good
-- and where it reads:
--   cursor    to call with the next time
--   last      ID: everything up to it has been read by someone
--   length    entries in the stream
--   entries   array: {ID, {name, value, …}}, or {ID} where it is too large; ascending. What others left comes first
--
-- What a node has read and not named as done is read again by the next reader, from the first on. So whoever reads has a
-- part of the stream without a hole, and everything before that part is done: docs/decisions/redis-ingest.md, "Order".
-- Since reader and lease are compared in the same step in which entries are handed out, no clock is trusted with that.
--
-- Errors: ERR roomd.argument …, WRONGTYPE, and what Redis says before it runs a script. Complexity: O(most + done).
-- It relies on: nothing of the other scripts; XAUTOCLAIM (Redis 6.2, in the form of 7.0) leaving out deleted entries.
local call, stream, reader, group = redis.call, KEYS[1], KEYS[2], 'roomd'
local node, term, lease, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local largest, cursor = tonumber(ARGV[5]), ARGV[6]
if not (term and lease and most and largest and cursor) or node == '' or most > 1000 or #ARGV > 1006 then
  return redis.error_reply('ERR roomd.argument')
end
local holder, held = string.match(call('GET', reader) or '', '^(%S+) (%d+)$')
if holder and (holder ~= node or tonumber(held) > term) then return {0, math.max(call('PTTL', reader), 0)} end
local present = holder and tonumber(held) == term

if present and #ARGV > 6 then -- deleted first: what is left of a step that is cut short is found by the next reader
  call('XDEL', stream, unpack(ARGV, 7))
  redis.pcall('XACK', stream, group, unpack(ARGV, 7))
end
if lease == 0 then
  call('DEL', reader)
  return {0, 0}
end

local function ask(...)
  local got = redis.pcall(...)
  if type(got) ~= 'table' or not got.err or not string.find(got.err, '^NOGROUP') then return got end
  call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
  present = false -- it is not the stream that was read
  return redis.pcall(...)
end

local groups = redis.pcall('XINFO', 'GROUPS', stream) -- tells of a stream that is none before the lease is touched
if groups.err and not string.find(groups.err, 'no such key', 1, true) then return groups end
if not present then cursor = '0-0' end
call('SET', reader, string.format('%s %d', node, term), 'PX', lease)
if not present then ask('XPENDING', stream, group) end

local entries = {}
if most > 0 and cursor ~= '-' then
  local claimed = ask('XAUTOCLAIM', stream, group, node, '0', cursor, 'COUNT', most)
  if claimed.err then return claimed end
  cursor, entries = claimed[1], claimed[2]
  if cursor == '0-0' then
    cursor = '-'
    for _, consumer in ipairs(call('XINFO', 'CONSUMERS', stream, group)) do
      if consumer[2] ~= node and consumer[4] == 0 then call('XGROUP', 'DELCONSUMER', stream, group, consumer[2]) end
    end
  end
elseif most > 0 then
  local read = ask('XREADGROUP', 'GROUP', group, node, 'COUNT', most, 'STREAMS', stream, '>')
  if read and read.err then return read end
  entries = read and read[1][2] or {}
end

for i, entry in ipairs(entries) do
  local size, fields = 0, entry[2]
  for _, text in ipairs(fields) do size = size + #text end
  if size > largest or #fields > 64 then entries[i] = {entry[1]} end
end
local last = '0-0'
for _, each in ipairs(call('XINFO', 'GROUPS', stream)) do
  for i = 1, #each, 2 do
    if each[i] == 'name' and each[i + 1] ~= group then break end
    if each[i] == 'last-delivered-id' then last = each[i + 1] end
  end
end
return {present and 2 or 1, lease, cursor, last, call('XLEN', stream), entries}
