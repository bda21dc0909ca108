/**
 * The document names two codes, 404 and 422, and no bodies. Whatever is wrong with a request's parameters, signature
 * included, is therefore 404, "not authorized". The reason is for whoever writes a client: the real API gives none.
 */
export class Refusal extends Error {
  readonly status: 404 | 422;
  constructor(status: 404 | 422, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** Answered with a page and HTTP 200, whatever `Accept` says (sources/electionbuddy/WIRE.md). */
export class Expired extends Error {}
