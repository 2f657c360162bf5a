#!lua
-- Renews a node's lease and says how all nodes' leases stand: the one command of idle presence.
--
-- KEYS[1] leases   hash: node → "BEAT MS", a number that grows with every renewal and the time of the last one. The first
--                  one is the time as well, so that who renews in an emptied Redis says no number again
--
-- ARGV[1] node     the caller's id, new with every start of its process
-- ARGV[2] lease    ms: how long a lease is good for after a renewal; 0: give it up now
--
-- Reply, an array of three for each node: id, beat, ms since its last renewal (by Redis' clock, never below 0). The
-- caller is among them unless it gave its lease up.
--
-- How a node judges another one: it is alive for `lease` from the moment when the judge, by its own steady clock, first
-- saw its present beat, less the third number, of which no more counts than the time since the judge's last look. For a
-- node never seen before all of it counts. So no step of Redis' clock kills a node that is known or makes a ghost. A node
-- that is missing from the reply is judged like one whose beat stands still: an emptied Redis loses nobody.
--
-- Errors: ERR roomd.argument …, WRONGTYPE, and what Redis says before it runs a script. Complexity: O(nodes); leases
-- that nobody renewed for ten times `lease`, and a minute at least, are removed. The hash expires like that too.
-- It relies on: nothing of the other scripts.
local call, leases, node = redis.call, KEYS[1], ARGV[1]
local lease = tonumber(ARGV[2])
if not lease or node == '' then return redis.error_reply('ERR roomd.argument') end
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if lease == 0 then
  call('HDEL', leases, node)
else
  local beat = string.match(call('HGET', leases, node) or string.format('%d', now), '^%d+')
  call('HSET', leases, node, string.format('%d %d', beat + 1, now))
end

local patience = math.max(lease * 10, 60000)
local reply, all = {}, call('HGETALL', leases)
for i = 1, #all, 2 do
  local beat, at = string.match(all[i + 1], '^(%d+) (%d+)$')
  local idle = beat and math.max(now - at, 0)
  if not beat or idle >= patience then
    call('HDEL', leases, all[i])
  else
    reply[#reply + 1], reply[#reply + 2], reply[#reply + 3] = all[i], tonumber(beat), idle
  end
end
if lease > 0 then call('PEXPIRE', leases, patience) end
return reply
