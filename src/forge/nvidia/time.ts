import { TAG } from '../../bytes/der-tag.ts';
import { writeText } from '../../bytes/der-writer.ts';

/** GeneralizedTime in whole seconds, whatever the year: OCSP knows no other (RFC 6960, 4.2.1). */
export function generalizedTime(instant: Date): Uint8Array {
  return writeText(TAG.generalizedTime, `${instant.toISOString().replace(/[-:T]|\.\d+Z$/g, '')}Z`);
}
