import autocannon from 'autocannon';

// Where wrk is not installed: the same load, and the same summary.
const { url, body, varied, from, seconds, connections } = JSON.parse(process.argv[2]);
const [before, after] = varied ? body.split(varied) : [];
let count = from;

/** The count's bits are the letters' cases. */
function nextBody() {
  count++;
  let rest = count;
  const code = varied.replace(/[a-z]/gi, (letter) => {
    const upper = rest % 2;
    rest = Math.floor(rest / 2);
    return upper ? letter.toUpperCase() : letter.toLowerCase();
  });
  return before + code + after;
}

const result = await autocannon({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  ...(varied ? { requests: [{ setupRequest: (request) => ({ ...request, body: nextBody() }) }] } : { body }),
  duration: seconds,
  connections,
  timeout: 30,
});
const { requests, throughput, duration, errors, timeouts, non2xx } = result;
console.log(
  JSON.stringify({
    requests: requests.total,
    bytes: throughput.total,
    microseconds: duration * 1e6,
    errors: errors + timeouts + non2xx,
  }),
);
