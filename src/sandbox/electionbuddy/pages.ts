import type { Answer } from '../shared/answer.ts';
import type { Election } from './elections.ts';

export function html(body: string, status = 200): Answer {
  return { status, type: 'text/html; charset=utf-8', body };
}

/** The widget is meant to be put into a portal's own page, hence not a page. No example of it is published (sources/electionbuddy/WIRE.md). */
export function linkList(links: readonly { title: string; url: string }[]): string {
  const items = links.map(({ title, url }) => `  <li><a href="${escaped(url)}">${escaped(title)}</a></li>\n`);
  return `<ul class="electionbuddy-elections">\n${items.join('')}</ul>\n`;
}

export function ballotPage({ name, questions }: Election): string {
  const items = questions.map(({ question }) => `<li>${escaped(question)}</li>`).join('');
  return page(
    'Your ballot',
    `<h2>${escaped(name)}</h2><ol>${items}</ol><p>A stand-in: nothing here can be voted on.</p>`,
  );
}

export function noticePage(title: string, text: string): string {
  return page(title, `<p>${escaped(text)}</p>`);
}

export function expiredPage(): string {
  return noticePage('Link Expired', 'This link was made too long ago. Go back to where it came from and try again.');
}

function page(title: string, body: string): string {
  const heading = escaped(title);
  return `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${heading}</title></head><body><h1>${heading}</h1>${body}</body></html>\n`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
