import { createHmac } from 'node:crypto';
import { Pool } from 'undici';

// The tree of districts as somebody would fetch it who wants nothing else: signed, one level after the other, on 64
// connections, in a process that has just started. Prints how many requests that were, and how long they took.

const { SOURCE = '', APP_SECRET = '', TOKEN = '' } = process.env;
const pool = new Pool(SOURCE, { connections: 64 });
let requests = 0;

async function codes(path: string, filter?: string): Promise<string[]> {
  requests++;
  const parts = [...(filter ? [filter] : []), `token=${TOKEN}`];
  const key = createHmac('sha256', APP_SECRET).update(parts.join('')).digest('hex');
  const { body } = await pool.request({ method: 'GET', path: `${path}?${parts.join('&')}&key=${key}` });
  const answer = (await body.json()) as { status: string; region: { locations: { code: string }[] } };
  if (answer.status !== 'SUCCESS') throw new Error(answer.status);
  return answer.region.locations.map(({ code }) => code);
}

const began = performance.now();
const counties = await codes('/county/');
const constituencies = await Promise.all(counties.map((code) => codes('/constituency/', `county=${code}`)));
await Promise.all(constituencies.flat().map((code) => codes('/ward/', `constituency=${code}`)));
console.log(JSON.stringify({ requests, ms: performance.now() - began }));
await pool.close();
