/**
 * For `extensions` of a type whose objects were decoded once and never change: what is written of one may be kept with it
 * (http/fast/kept-text.ts).
 */
export const UNCHANGING = { unchanging: true };
