-- Sets a new time to live for those of the seats that the owner has.
-- KEYS: one per seat. ARGV[1]: owner, ARGV[2]: time to live in ms.
-- Returns how many they were.
local kept = 0
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    redis.call('PEXPIRE', key, ARGV[2])
    kept = kept + 1
  end
end
return kept
