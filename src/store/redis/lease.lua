#!lua flags=allow-oom
-- Renews a node's lease, tells the others so, and says how all nodes' leases stand: the one command of idle presence. It
-- runs also where Redis' memory is full, as who lives has nothing to do with that.
--
-- KEYS[1] leases   hash: node → "BEAT MS", a number that grows with every renewal and the time of the last one. The first
--                  one is the time as well, so that who renews in an emptied Redis says no number again
--
-- Channels, sharded, in the key's slot: KEYS[1] brings "NODE BEAT" of every renewal to all nodes; to KEYS[1]:NODE only
-- that node listens, for as long as it is connected.
--
-- ARGV[1] node     the caller's id, new with every start of its process
-- ARGV[2] lease    ms, 1 or more: between two renewals
-- ARGV[3…] late    nodes whose beat is overdue
--
-- Reply, an array of four for each node: id, beat, ms since its last renewal (by Redis' clock, never below 0), and for one
-- that is late how many listen to its channel, else -1. The caller is among them.
--
-- How a node judges another one: its beat is due one `lease` from the moment when the judge, by its own steady clock,
-- first heard or saw the present one, less the third number, of which no more counts than the time since the judge's last
-- look. For a node never seen before all of it counts. So no step of Redis' clock kills a node that is known or makes a
-- ghost. One that is late is asked about half a second after that: with nobody on its channel its process has ended. One
-- that is still connected stands still, or its machine has gone; it has three fifths of a lease more. A node that is
-- missing from the reply is judged like one whose beat stands still: an emptied Redis loses nobody.
--
-- Errors: ERR roomd.argument …, WRONGTYPE, and what Redis says before it runs a script. Complexity: O(nodes); leases
-- that nobody renewed for ten times `lease`, and a minute at least, are removed. The hash expires like that too.
-- It relies on: nothing of the other scripts.
local call, leases, node = redis.call, KEYS[1], ARGV[1]
local lease = tonumber(ARGV[2])
if not lease or lease < 1 or node == '' then return redis.error_reply('ERR roomd.argument') end
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = string.match(call('HGET', leases, node) or string.format('%d', now), '^%d+')
local beat = string.format('%d', last + 1)
call('SPUBLISH', leases, node .. ' ' .. beat)
call('HSET', leases, node, string.format('%s %d', beat, now))

local listening = {}
for i = 3, #ARGV do listening[ARGV[i]] = call('SPUBLISH', leases .. ':' .. ARGV[i], 'late') end

local patience = math.max(lease * 10, 60000)
local reply, all = {}, call('HGETALL', leases)
for i = 1, #all, 2 do
  local count, at = string.match(all[i + 1], '^(%d+) (%d+)$')
  local idle = count and math.max(now - at, 0)
  if not count or idle >= patience then
    call('HDEL', leases, all[i])
  else
    local n = #reply
    reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = all[i], tonumber(count), idle, listening[all[i]] or -1
  end
end
call('PEXPIRE', leases, patience)
return reply
