import { useEffect, useState } from 'preact/hooks';
import type { Post } from './generated/graphql.ts';
import { POSTS } from './words.ts';

export const VIEWS = ['results', 'check', 'sources'] as const;
export type View = (typeof VIEWS)[number];

/** What the address of the page says. All that somebody might send to somebody else is in it. */
export type Address = {
  view: View;
  post: Post;
  /** The code of a county; null for the country. */
  place: string | null;
};

function read(): Address {
  const asked = new URLSearchParams(location.search);
  const post = asked.get('post') as Post;
  const view = asked.get('view') as View;
  return {
    view: VIEWS.includes(view) ? view : 'results',
    post: POSTS.some((one) => one.post === post) ? post : 'PRESIDENT',
    place: asked.get('place') || null,
  };
}

/** What is the same by default is left out. */
export function hrefOf({ view, post, place }: Address): string {
  const asked = new URLSearchParams();
  if (view !== 'results') asked.set('view', view);
  if (post !== 'PRESIDENT') asked.set('post', post);
  if (place !== null) asked.set('place', place);
  return asked.size > 0 ? `?${asked}` : location.pathname;
}

export type Go = (change: Partial<Address>) => void;

export function useAddress(): [Address, Go] {
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const moved = () => setAddress(read());
    addEventListener('popstate', moved);
    return () => removeEventListener('popstate', moved);
  }, []);
  const go: Go = (change) => {
    const next = { ...read(), ...change };
    if (hrefOf(next) !== hrefOf(read())) history.pushState(null, '', hrefOf(next));
    setAddress(next);
  };
  return [address, go];
}
