#!lua flags=allow-oom
-- Keeps an entry of the ingest stream that cannot be published in a stream of its own, also where Redis' memory is full:
-- the entry leaves the other stream then, so that nothing grows.
--
-- KEYS[1] bad     stream of the entries that were set aside
--
-- ARGV[1] kept    how many of them it keeps, about
-- ARGV[2…]        names and values of the entry
--
-- Reply: the ID of what was added. Errors: WRONGTYPE, and what Redis says before it runs a script. Complexity: O(1).
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 2))
