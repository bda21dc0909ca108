import type { Answer } from '../shared/answer.ts';

const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
} as const;

/**
 * The document shows no error. The service's published source is written for the framework Connexion, which answers a
 * form it refuses, an unknown path or method, and its own failure with this JSON (RFC 7807).
 */
export class Problem extends Error {
  readonly status: keyof typeof TITLES;
  constructor(status: keyof typeof TITLES, detail: string) {
    super(detail);
    this.status = status;
  }

  answer(): Answer {
    const { status, message: detail } = this;
    const body = JSON.stringify({ type: 'about:blank', title: TITLES[status], detail, status });
    return { status, type: 'application/problem+json', body };
  }
}

export function crashed(): Problem {
  return new Problem(500, 'The server encountered an internal error and was unable to complete your request.');
}
