import { concatBytes } from '../../bytes/concat.ts';
import { fromHex } from '../../bytes/text.ts';

/** GUIDs of the extended report's certificate table (AMD 56421, section 4.1.8.1). */
export const CERTIFICATE_GUID = {
  vcek: '63da758d-e664-4564-adc5-f4b93be8accd',
  vlek: 'a8074bc2-a25a-483e-aae6-39c045a0b8a1',
  ask: '4ab7b379-bbac-4fe4-a02f-05aef327c782',
  ark: 'c0b406a4-a803-4952-9743-3fb6014cd0ae',
  crl: '92f81bc3-5811-4d3d-97ff-d19f88dc67ea',
} as const;

export type TableEntry = { readonly guid: string; readonly bytes: Uint8Array };

const ENTRY_BYTES = 24;
const PAGE_BYTES = 4096;

/**
 * Entries of GUID, offset and length, an entry of zeros, then what they point at.
 *
 * @param padding to whole pages, as hosts hand it over; Linux cuts it behind the last entry, so `auxblob` has none
 */
export function marshalCertificateTable(
  entries: readonly TableEntry[],
  padding: 'none' | 'pages' = 'none',
): Uint8Array {
  let offset = (entries.length + 1) * ENTRY_BYTES;
  const heads = entries.map(({ guid, bytes }) => {
    const head = Buffer.alloc(ENTRY_BYTES);
    // As RFC 9562 writes UUIDs, most significant byte first.
    head.set(fromHex(guid.replaceAll('-', ''), 'guid'));
    head.writeUInt32LE(offset, 16);
    head.writeUInt32LE(bytes.length, 20);
    offset += bytes.length;
    return new Uint8Array(head);
  });
  const end = padding === 'pages' ? Math.ceil(offset / PAGE_BYTES) * PAGE_BYTES : offset;
  const contents = entries.map(({ bytes }) => bytes);
  return concatBytes([...heads, new Uint8Array(ENTRY_BYTES), ...contents, new Uint8Array(end - offset)]);
}
