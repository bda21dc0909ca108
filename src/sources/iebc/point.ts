import type { Coordinates } from '../../domain/places.ts';

const LONGEST_TEXT = 200;
const NUMBER = /-?\d+(?:\.\d+)?/g;
/** Between Cape Town and the north of Kenya no latitude is a longitude: which number is which needs no order. */
const isLatitude = (value: number) => value >= -36 && value <= 12;
const isLongitude = (value: number) => value >= 16 && value <= 52;

/**
 * A point of the voter lookup. Its document shows it empty and says nothing of its form (assumed): what is understood is an
 * object of numbers under any of their usual names, and two numbers in a text or list, such as `-1.28,36.82` and
 * `POINT(36.82 -1.28)`, where they can only be a latitude and a longitude of that part of the world. Anything else, and 0,0,
 * is no point, and is shown as it was sent.
 */
export function decodePoint(sent: unknown): { point: Coordinates | null; pointAsReported: string | null } {
  const text = typeof sent === 'string' ? sent.trim() : sent === undefined || sent === null ? '' : JSON.stringify(sent);
  if (text === '') return { point: null, pointAsReported: null };
  const point = Array.isArray(sent) || typeof sent !== 'object' ? inText(text) : inObject(sent as object);
  return { point, pointAsReported: text.slice(0, LONGEST_TEXT) };
}

function inText(text: string): Coordinates | null {
  const numbers =
    text
      .replace(/^SRID=\d+;/i, '')
      .match(NUMBER)
      ?.map(Number) ?? [];
  const [first, second, ...more] = numbers;
  if (first === undefined || second === undefined || more.length > 0) return null;
  if (isLatitude(first) && isLongitude(second)) return { latitude: first, longitude: second };
  return isLatitude(second) && isLongitude(first) ? { latitude: second, longitude: first } : null;
}

function inObject(sent: object): Coordinates | null {
  const said = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  if (Array.isArray(said.coordinates)) return inText(JSON.stringify(said.coordinates));
  const latitude = numberOf(said.lat ?? said.latitude);
  const longitude = numberOf(said.lon ?? said.lng ?? said.long ?? said.longitude);
  if (latitude === null || longitude === null || (latitude === 0 && longitude === 0)) return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
