// How a log of versions lies in Redis, under KEYS[1]; KEYS[2] is the channel that tells of appends.
//
//   :size          leaves in all
//   :leaves:<c>    list: leaves 256c to 256c + 255, each topic's number (4 bytes), version (4), instant (6), marks (1), body
//   :hashes:<c>    string: their hashes, 32 bytes each
//   :numbers       hash: a topic's name → its number, from 0 in the order in which they came
//   :names         hash: the other way
//   :topic:<n>     string: of each version, from 1, its leaf's index (5 bytes) and instant (6)
//   :instants:<n>  string: the instant (6 bytes) of its versions 257, 513, …: where to look in :topic:<n>
//   :marked:<n>    string: versions with marks (4 bytes each)
//   :tiles         hash
//
// Fixed lengths: what is looked for is at a known place, or bisected. Numbers are big-endian. About 90 bytes a leaf beside
// its body, where keys of their own would take hundreds. A script runs as a whole or not at all, on the disk as well.

/** Leaves in one list, and versions in one block of instants: short enough that its middle is near. */
export const A_CHUNK = 256;
/** Bytes before the body. */
export const HEADER = 15;

const RECORDS = `
  local all, unpacked = KEYS[1], struct.unpack
  local function numberOf(topic) return redis.call('HGET', all .. ':numbers', topic) end
  local function record(number, version)
    local packed = redis.call('GETRANGE', all .. ':topic:' .. number, (version - 1) * 11, version * 11 - 1)
    return unpacked('>I5I6', packed)
  end
  local function count(key, length) return redis.call('STRLEN', all .. key) / length end
  local function headOf(topic)
    local number = numberOf(topic)
    local versions, at = number and count(':topic:' .. number, 11) or 0, 0
    if versions > 0 then at = select(2, record(number, versions)) end
    return { number = number, versions = versions, at = at }
  end
`;

// First all is looked at and then all is written: a script that ends half way leaves what it wrote.
export const APPEND = `${RECORDS}
  local size = tonumber(redis.call('GET', all .. ':size') or '0')
  if redis.call('LLEN', all .. ':leaves:' .. math.floor(size / ${A_CHUNK})) ~= size % ${A_CHUNK} then return -2 end
  local heads, answers, adding = {}, {}, {}
  for i = 1, #ARGV, 6 do
    local topic, version, at = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
    local head = heads[topic] or headOf(topic)
    heads[topic] = head
    if version == head.versions + 1 then
      if at < head.at then return -1 end
      head.versions, head.at = version, at
      answers[#answers + 1] = size + #adding
      adding[#adding + 1] = i
    else
      answers[#answers + 1] = -1
    end
  end
  for n, i in ipairs(adding) do
    local topic, version, at, marks = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
    local head, index = heads[topic], size + n - 1
    local chunk = math.floor(index / ${A_CHUNK})
    if not head.number then
      head.number = redis.call('HLEN', all .. ':numbers')
      redis.call('HSET', all .. ':numbers', topic, head.number)
      redis.call('HSET', all .. ':names', head.number, topic)
    end
    redis.call('RPUSH', all .. ':leaves:' .. chunk, struct.pack('>I4I4I6B', head.number, version, at, marks) .. ARGV[i + 5])
    redis.call('APPEND', all .. ':hashes:' .. chunk, ARGV[i + 4])
    redis.call('APPEND', all .. ':topic:' .. head.number, struct.pack('>I5I6', index, at))
    if version > 1 and version % ${A_CHUNK} == 1 then
      redis.call('APPEND', all .. ':instants:' .. head.number, struct.pack('>I6', at))
    end
    if marks > 0 then redis.call('APPEND', all .. ':marked:' .. head.number, struct.pack('>I4', version)) end
  end
  if #adding > 0 then
    redis.call('INCRBY', all .. ':size', #adding)
    redis.call('PUBLISH', KEYS[2], '')
  end
  return answers
`;

export const HEADS = `${RECORDS}
  local heads = {}
  for i = 1, #ARGV do
    local head = headOf(ARGV[i])
    heads[2 * i - 1], heads[2 * i] = head.versions, head.at
  end
  return heads
`;

export const VERSIONS = `${RECORDS}
  local head = headOf(ARGV[1])
  local found = {}
  for i = 2, #ARGV do
    local version = tonumber(ARGV[i])
    if version <= head.versions then
      local index = record(head.number, version)
      found[#found + 1] = index
      found[#found + 1] = redis.call('LINDEX', all .. ':leaves:' .. math.floor(index / ${A_CHUNK}), index % ${A_CHUNK})
    end
  end
  return found
`;

// To ask Redis is what costs here: one question an instant, and the rest is bisected in what was read.
export const VERSIONS_AT = `${RECORDS}
  local head = headOf(ARGV[1])
  local answers = {}
  local starts = head.number and redis.call('GET', all .. ':instants:' .. head.number) or ''
  if #starts / 6 ~= math.floor(math.max(head.versions - 1, 0) / ${A_CHUNK}) then return -2 end
  -- How many of the instants that lie so far apart, each so far behind its beginning, are not later.
  local ceil = math.ceil
  local function notLater(instant, text, apart, behind)
    local low, high = 0, #text / apart
    while low < high do
      local middle = ceil((low + high) / 2)
      local at = unpacked('>I6', text, (middle - 1) * apart + behind + 1)
      if at <= instant then low = middle else high = middle - 1 end
    end
    return low
  end
  for i = 2, #ARGV do
    local instant = tonumber(ARGV[i])
    local before = notLater(instant, starts, 6, 0) * ${A_CHUNK}
    local block = ''
    if head.number then
      block = redis.call('GETRANGE', all .. ':topic:' .. head.number, before * 11, (before + ${A_CHUNK}) * 11 - 1)
    end
    answers[i - 1] = before + notLater(instant, block, 11, 5)
  end
  return answers
`;

export const MARKED = `${RECORDS}
  local number, limit, before = numberOf(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  if not number then return {} end
  local key = ':marked:' .. number
  local function marked(n)
    return (unpacked('>I4', redis.call('GETRANGE', all .. key, (n - 1) * 4, n * 4 - 1)))
  end
  local low, high = 0, count(key, 4)
  while low < high do
    local middle = math.ceil((low + high) / 2)
    if marked(middle) < before then low = middle else high = middle - 1 end
  end
  local found = {}
  for n = low, math.max(low - limit, 0) + 1, -1 do found[#found + 1] = marked(n) end
  return found
`;
