import { Cursor } from '../../../bytes/cursor.ts';

/** A node of a device path that holds a file's path (UEFI 2.10, 10.3.5.4). */
const FILE_PATH = { type: 4, subtype: 4 } as const;
const END = 0x7f;
const MAX_PATH_BYTES = 1 << 14;
const NODE_HEADER_BYTES = 4;

/**
 * The file that an UEFI_IMAGE_LOAD_EVENT (PC Client Platform Firmware Profile 1.06, 10.2.3) says was loaded; null where it
 * names none.
 *
 * The digest beside it is the image's own: nothing here is measured, and all of it is the host's word, for people to read.
 * @throws FormatError for what is no such structure
 */
export function claimedImagePath(bytes: Uint8Array): string | null {
  const cursor = new Cursor(bytes, 'uefiImageLoadEvent');
  cursor.take(24, 'imageLocationInMemory');
  const length = cursor.u64le('lengthOfDevicePath');
  if (length > BigInt(MAX_PATH_BYTES)) {
    throw cursor.bad('lengthOfDevicePath', `at most ${MAX_PATH_BYTES}`, `${length}`);
  }
  const nodes = new Cursor(cursor.take(Number(length), 'devicePath'), 'devicePath');
  let path: string | null = null;
  while (nodes.remaining > 0) {
    const type = nodes.u8('type');
    const subtype = nodes.u8('subType');
    const size = nodes.u16le('length');
    const body = nodes.take(size - NODE_HEADER_BYTES, 'node');
    if (type === END) break;
    if (type !== FILE_PATH.type || subtype !== FILE_PATH.subtype) continue;
    const [text = ''] = Buffer.from(body).toString('utf16le').split('\0');
    path = (path ?? '') + text;
  }
  return path;
}
