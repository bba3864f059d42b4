import { TAG } from '../../bytes/der-tag.ts';
import {
  writeElement,
  writeExplicit,
  writeInteger,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeText,
} from '../../bytes/der-writer.ts';
import { toHex } from '../../bytes/text.ts';
import type { NvidiaGeneration } from '../../evidence/nvidia/index.ts';
import { extension } from './certificate.ts';
import { GENERATIONS } from './generation.ts';
import { newKey, type SigningKey } from './signing-key.ts';

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
/** DMTF's `device-info`, in which SPDM has a device name itself. */
const DEVICE_INFO = '1.3.6.1.4.1.412.274.1';

/** What a leaf says of its firmware, in the form of its generation. */
export function fwidExtension(generation: NvidiaGeneration, ...fwids: readonly Uint8Array[]): Uint8Array {
  return generation === 'blackwell' ? diceTcbInfo(...fwids) : compositeDeviceId(fwids[0]);
}

/** Hopper's and LS10's: TCG CompositeDeviceID. */
export function compositeDeviceId(digest: Uint8Array = new Uint8Array(48)): Uint8Array {
  return extension('2.23.133.5.4.1', writeSequence(writeInteger(1), deviceId().spki, fwid(digest)));
}

/** Blackwell's: TCG DiceTcbInfo, of which the first FWID counts. */
export function diceTcbInfo(...fwids: readonly Uint8Array[]): Uint8Array {
  const fields = [
    writeText(0x80, 'NVIDIA'),
    writeText(0x81, 'GB100 A01 GSP'),
    writeText(0x82, '01'),
    writeElement(0x83, Uint8Array.of(1)),
    writeElement(0x84, Uint8Array.of(0)),
    writeElement(0x85, Uint8Array.of(0)),
    writeElement(0xa6, ...fwids.map(fwid)),
    writeElement(0x87, Uint8Array.of(0, 0x80, 0, 0, 1)),
    writeElement(0x88, Uint8Array.of(0xc0)),
    writeElement(0x89, Uint8Array.of(0)),
  ];
  return extension('2.23.133.5.4.1.1', writeSequence(...fields));
}

/** `NVIDIA:GH100:` and the first bytes of the chip's key identifier. */
export function deviceInfo(generation: NvidiaGeneration, key: SigningKey): Uint8Array {
  const serial = toHex(key.keyIdentifier.subarray(0, 8)).toUpperCase();
  const name = `NVIDIA:${GENERATIONS[generation].chip}:${serial}`;
  const otherName = writeElement(
    0xa0,
    writeObjectIdentifier(DEVICE_INFO),
    writeExplicit(0, writeText(TAG.utf8String, name)),
  );
  return extension(SUBJECT_ALTERNATIVE_NAME, writeSequence(otherName));
}

function fwid(digest: Uint8Array): Uint8Array {
  return writeSequence(writeObjectIdentifier('2.16.840.1.101.3.4.2.2'), writeOctetString(digest));
}

let device: SigningKey | null = null;

/** Nobody reads it: one for all. */
function deviceId(): SigningKey {
  device ??= newKey();
  return device;
}
