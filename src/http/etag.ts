import { hash } from 'node:crypto';

export const hashOf = (content: string | Uint8Array) => hash('sha256', content, 'base64url');

/** Weak: the compressed forms of an answer have the same. */
export const etagOf = (content: string | Uint8Array): string => `W/"${hashOf(content)}"`;

/** Weakly, as RFC 9110 (13.1.2) says: a proxy that compresses marks the tag so. */
export function matches(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()));
}
