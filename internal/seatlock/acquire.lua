-- Takes all the seats for one owner, or none.
-- KEYS: one per seat. ARGV[1]: owner, ARGV[2]: time to live in ms.
-- Returns the indices (from 1) of the seats that somebody else has; empty is success.
-- The same owner again is success, and its time to live starts anew.
local taken = {}
for i, key in ipairs(KEYS) do
  local owner = redis.call('GET', key)
  if owner and owner ~= ARGV[1] then
    taken[#taken + 1] = i
  end
end
if #taken == 0 then
  for _, key in ipairs(KEYS) do
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
  end
end
return taken
