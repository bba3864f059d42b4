import { Cursor } from '../../../bytes/cursor.ts';

/** TCG_PCClientTaggedEvent (PC Client Platform Firmware Profile 1.06, 10.4.2.1): EV_EVENT_TAG's data. */
export type TaggedEvent = { readonly id: number; readonly data: Uint8Array };

const MAX_BYTES = 1 << 20;

/** Of one tagged event, with nothing behind it. @throws FormatError `truncated`, `too_long`, `trailing_data` */
export function parseTaggedEvent(bytes: Uint8Array): TaggedEvent {
  const cursor = new Cursor(bytes, 'taggedEvent');
  const id = cursor.u32le('taggedEventId');
  const data = cursor.sized32le('taggedEventData', MAX_BYTES);
  cursor.end();
  return { id, data };
}

/** What Linux's EFI stub tags in PCR 9 (drivers/firmware/efi/libstub/efistub.h): a word for what the digest is of. */
const LINUX_TAGS: ReadonlyMap<number, string> = new Map([
  [0x8f3b22ec, 'initrd'],
  [0x8f3b22ed, 'load options'],
]);

export function linuxTag({ id }: TaggedEvent): string | null {
  return LINUX_TAGS.get(id) ?? null;
}
