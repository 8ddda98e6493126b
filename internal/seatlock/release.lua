-- Frees those of the seats that the owner has, and no others: a late release
-- of an old booking finds a newer one's name on the seat and passes by.
-- KEYS: one per seat. ARGV[1]: owner. Returns how many were freed.
local freed = 0
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    redis.call('DEL', key)
    freed = freed + 1
  end
end
return freed
