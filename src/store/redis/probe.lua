#!lua
-- Tries whether this server takes what rooms need: a write to a hash and to a stream, and a message on a sharded channel.
-- A shard of a node calls it every two seconds, with a key that is its own, and listens to the channel.
--
-- KEYS[1] record  hash; its name is the name of the channel too
-- KEYS[2] log     stream
--
-- ARGV[1] number  what the channel brings
--
-- Reply: 1. Errors: what Redis says before it runs a script or where its user lacks a right. Complexity: O(1). Both keys
-- expire after ten seconds.
local call = redis.call
call('HINCRBY', KEYS[1], 'probes', 1)
call('XADD', KEYS[2], 'MAXLEN', 1, '*', 'm', '')
call('PEXPIRE', KEYS[1], 10000)
call('PEXPIRE', KEYS[2], 10000)
call('SPUBLISH', KEYS[1], ARGV[1])
return 1
