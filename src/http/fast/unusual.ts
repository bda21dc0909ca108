/** Thrown where graphql-js has to answer instead: it knows what becomes of an error, or of a null where none may be. */
export const UNUSUAL = Symbol('unusual');
