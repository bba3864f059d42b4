import { FormatError } from '../../../bytes/errors.ts';

/** A host with `ima_policy=tcb` measures some ten thousand files in a day; what a submission carries is less (tpm-item.ts). */
const MAX_ENTRIES = 131_072;

export const IMA_LIMITS = {
  logBytes: 32 << 20,
  /** Names of templates and of algorithms. */
  nameBytes: 64,
  /** IMA_EVENT_NAME_LEN_MAX. */
  oldPathBytes: 255,
  /** Buffers hold policies and keys; signatures are shorter. */
  entryBytes: 1 << 20,
  demandRoom(entries: number, offset: number): void {
    if (entries < MAX_ENTRIES) return;
    const path = 'imaLog';
    throw new FormatError('budget_exceeded', `the IMA log holds more than ${MAX_ENTRIES} entries`, {
      path,
      offset,
    });
  },
} as const;
