import { hash } from 'node:crypto';
import { readBoot } from '../../../src/appraisal/boot/read.ts';
import type { BootState } from '../../../src/appraisal/boot/state.ts';
import { unquotedLog } from '../../../src/evidence/eventlog/compare.ts';
import { parseEventLog } from '../../../src/evidence/eventlog/parse.ts';
import { makeEkCa } from '../../../src/forge/tpm/ek-ca.ts';
import { eventLog, type Measurement } from '../../../src/forge/tpm/measured-boot.ts';

const signer = (name: string): Uint8Array => makeEkCa(new Date('2026-01-01T00:00:00Z'), name).root;
export const FIRMWARE_SIGNER = signer('the platform');
export const KERNEL_SIGNER = signer('the distribution');
export const STRANGER = signer('somebody else');

export const sha256 = (bytes: Uint8Array | string): string => hash('sha256', bytes);
export const imageDigest = (name: string): string => sha256(`the image of ${name}`);

/** What a boot shows whose log explains every register that it extends. */
export function bootOf(chain: readonly Measurement[]): BootState {
  const log = unquotedLog(parseEventLog(eventLog(chain, ['sha256'])));
  if (log === null) throw new Error('a log without SHA-256');
  return readBoot(log);
}
