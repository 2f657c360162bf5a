#!lua
-- Forgets a room: its numbering, its messages and its keys. Whoever publishes next begins a new epoch (open.lua).
--
-- KEYS[1] record, KEYS[2] log, KEYS[3] keys, KEYS[4] old: as in publish.lua
--
-- ARGV[1] epoch   forget the room only if this is its numbering; empty: whatever it is
--
-- Reply: 1: there was something, and it is gone; 0: nothing was changed.
-- Errors: WRONGTYPE, and what Redis says before it runs a script. Complexity: O(1), the memory is freed beside.
-- It relies on: the record's field #numbering, "EPOCH@GENERATION".
if ARGV[1] ~= '' then
  local numbering = redis.call('HGET', KEYS[1], '#numbering')
  if not numbering or string.match(numbering, '^(.+)@') ~= ARGV[1] then return 0 end
end
return redis.call('UNLINK', unpack(KEYS)) > 0 and 1 or 0
