import type { Plugin } from 'graphql-yoga';
import { isCode } from '../domain/codes.ts';
import { GatewayError } from '../domain/errors.ts';
import type { MapOf, Maps } from '../services/places/map.ts';
import { etagOf, matches } from './etag.ts';

const PATH = /^\/map\/(county|constituency|ward)\.json$/;
const RETRY_SECONDS = 3;

/**
 * `/map/county.json`, `/map/constituency.json` (with `?within=<county>` of that county alone) and
 * `/map/ward.json?within=<county>`: TopoJSON with `{code, name}` of each place, and `missing`, of which the source has no
 * boundary. While the boundaries are not there yet, 503.
 */
export function mapFiles(maps: Pick<Maps, 'file'>): Plugin {
  return {
    async onRequest({ url, request, fetchAPI: { Response }, endResponse }) {
      const level = PATH.exec(url.pathname)?.[1] as MapOf['level'] | undefined;
      // A preflight gets past: Yoga answers it.
      if (!level || request.method === 'OPTIONS') return;
      const answer = (status: number, text: string | null, headers: Record<string, string>) =>
        endResponse(
          new Response(request.method === 'HEAD' ? null : text, {
            status,
            headers: { 'access-control-allow-origin': '*', 'content-type': 'application/json', ...headers },
          }),
        );
      const refuse = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
        answer(status, JSON.stringify({ errors: [{ message, extensions: { code } }] }), {
          'cache-control': 'no-store',
          ...headers,
        });

      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return refuse(405, 'BAD_USER_INPUT', 'GET the map here.', { allow: 'GET, HEAD' });
      }
      const county = url.searchParams.get('within');
      if (county !== null && (level === 'county' || !isCode(county))) {
        return refuse(400, 'BAD_USER_INPUT', 'within: the code of a county, for its constituencies or wards.');
      }
      if (county === null && level === 'ward') {
        return refuse(400, 'BAD_USER_INPUT', 'within: name the county, by its code, whose wards are wanted.');
      }
      try {
        const file = await maps.file({ level, county }, request.signal);
        if (!file) return refuse(404, 'BAD_USER_INPUT', 'within: there is no county of this code.');
        const etag = etagOf(file.text);
        const headers = { etag, 'cache-control': `public, max-age=${Math.min(file.holdsMs, MAX_AGE_MS) / 1000}` };
        if (matches(request.headers.get('if-none-match'), etag)) return answer(304, null, headers);
        answer(200, file.text, headers);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        refuse(503, error.code, error.message, { 'retry-after': String(RETRY_SECONDS) });
      }
    },
  };
}

const MAX_AGE_MS = 60 * 60 * 1000;
