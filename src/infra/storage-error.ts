/** What must be kept could not be written or read: Redis or the disk is in trouble. A write may still come true, late. */
export class StorageUnavailable extends Error {
  override name = 'StorageUnavailable';
  /** For the operator's log: says nothing of what was to be stored. */
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}
