import { useEffect, useState } from 'preact/hooks';
import type { Post } from './generated/graphql.ts';
import { POSTS } from './words.ts';

const VIEWS = ['results', 'check', 'sources'] as const;
export type View = (typeof VIEWS)[number];

/** What the map of the whole country is divided into. */
const DIVISIONS = ['COUNTY', 'CONSTITUENCY'] as const;
export type Division = (typeof DIVISIONS)[number];

/** What the address of the page says. All that somebody might send to somebody else is in it. */
export type Address = {
  view: View;
  post: Post;
  /** Codes of a county, a constituency in it, a ward in that: as many as are known; none is the country. */
  path: readonly string[];
  /** Null: as fits the post. */
  by: Division | null;
  /** An instant, as the count was known then; null is now. */
  at: string | null;
};

/** Codes have none of these, and an address leaves it as it is. */
const STEP = '.';
const DEEPEST = 3;

function read(): Address {
  const asked = new URLSearchParams(location.search);
  const post = asked.get('post') as Post;
  const view = asked.get('view') as View;
  const by = asked.get('by') as Division;
  const path = (asked.get('place') ?? '').split(STEP).filter(Boolean);
  return {
    view: VIEWS.includes(view) ? view : 'results',
    post: POSTS.some((one) => one.post === post) ? post : 'PRESIDENT',
    path: path.slice(0, DEEPEST),
    by: DIVISIONS.includes(by) ? by : null,
    at: asked.get('at') || null,
  };
}

/** What is the same by default is left out. */
export function hrefOf({ view, post, path, by, at }: Address): string {
  const asked = new URLSearchParams();
  if (view !== 'results') asked.set('view', view);
  if (post !== 'PRESIDENT') asked.set('post', post);
  if (by !== null) asked.set('by', by);
  if (path.length > 0) asked.set('place', path.join(STEP));
  if (at !== null) asked.set('at', at);
  return asked.size > 0 ? `?${asked}` : location.pathname;
}

export type Go = (change: Partial<Address>, how?: { replace: boolean }) => void;

export function useAddress(): [Address, Go] {
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const moved = () => setAddress(read());
    addEventListener('popstate', moved);
    return () => removeEventListener('popstate', moved);
  }, []);
  // The one before, where it was not what anybody wanted: back would lead there, and here again.
  const go: Go = (change, { replace } = { replace: false }) => {
    const next = { ...read(), ...change };
    const href = hrefOf(next);
    if (href !== hrefOf(read())) history[replace ? 'replaceState' : 'pushState'](null, '', href);
    setAddress(next);
  };
  return [address, go];
}

/** Of a link: a click goes there in the page; with a key that opens it elsewhere, it is the browser's. */
export const linkTo = (address: Address, change: Partial<Address>, go: Go) => ({
  href: hrefOf({ ...address, ...change }),
  onClick: (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(change);
  },
});
