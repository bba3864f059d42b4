import { z } from 'zod';
import { fromHex, toHex } from '../bytes/text.ts';
import { type DataFolder, readRecord } from './folder.ts';
import type { AkMemory } from './tpm/attestation-key.ts';

const FILE = 'attestation-key.json';
const record = z.strictObject({ handle: z.int(), name: z.string() });

/** Remembers in the data folder which key this agent put at which handle. */
export function akRecord(folder: DataFolder): AkMemory {
  return {
    recall: async (handle) => {
      const kept = readRecord(folder, FILE, record);
      return kept?.handle === handle ? fromHex(kept.name, FILE) : null;
    },
    remember: async (handle, name) => folder.write(FILE, JSON.stringify({ handle, name: toHex(name) })),
  };
}

/** The handle of this agent's key; null where it made none. */
export function recordedAkHandle(folder: DataFolder): number | null {
  return readRecord(folder, FILE, record)?.handle ?? null;
}
