const KEPT = 100_000;

/** Appends to a bounded log, oldest first. */
export function remember<T>(log: T[], entry: T): void {
  // Dropped in batches: shifting one by one moves the whole list each time.
  if (log.length >= KEPT) log.splice(0, KEPT / 100);
  log.push(entry);
}
