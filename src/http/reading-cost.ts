/** What any operation costs before its fields: a request to take, and a text to read, parse and check. */
const OPERATION_COST = 50;
const CHARACTERS_PER_COST = 10;

/** Fits the cost of fields (schema/cost.ts): measured over warm answers, a point is never more than 20 µs of one core. */
export const readingCost = (text = ''): number => OPERATION_COST + Math.ceil(text.length / CHARACTERS_PER_COST);
