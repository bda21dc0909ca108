/** What is wrong with a command's arguments, in a sentence. Node's advice after the first one is about its own ways to quote. */
export const problemOf = (error: unknown): string =>
  `${(error as Error).message.split(/\. |\n/)[0]!.replace(/\.$/, '')}.`;
