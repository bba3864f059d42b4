import { toHex } from '../../bytes/text.ts';
import type { ExplainedEvent } from '../../evidence/eventlog/compare.ts';
import { claimedImagePath } from '../../evidence/eventlog/uefi/image-load.ts';
import { isSeparator, isText, unlessMalformed } from './secure-boot.ts';
import type { BootImage } from './state.ts';

/** What firmware says of itself in PCR 4 and 2 (PC Client Platform Firmware Profile 1.06, table 28): no images. */
const ACTIONS = [
  'Calling EFI Application from Boot Option',
  'Returning from EFI Application from Boot Option',
  'Calling INT 19h',
  'Returned INT 19h',
] as const;

/**
 * The images among the events of PCR 4, or of PCR 2: each event that is no separator and no action known here. An image's
 * digest is Authenticode's, of some of its octets; whoever writes the log might put just those where its data should be, so
 * that data which fit make nothing harmless.
 */
export function readImages(events: readonly ExplainedEvent[]): BootImage[] {
  return events.flatMap(({ index: event, pcr, digest, data, claimed }) => {
    if (data !== null && isNoImage(data)) return [];
    const said = unlessMalformed(() => claimedImagePath(claimed));
    return [{ event, pcr, digest: toHex(digest), said }];
  });
}

function isNoImage(data: Uint8Array): boolean {
  return isSeparator(data) || ACTIONS.some((action) => isText(data, action));
}
