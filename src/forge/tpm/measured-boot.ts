import { createHash } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { type HashAlgorithm, type HashName, hashAlgorithmByName } from '../../evidence/tpm/algorithms.ts';

/** One thing that firmware or boot loader measured. */
export type Measurement = {
  readonly pcr: number;
  readonly eventType: number;
  /** What is written to the log. */
  readonly event: Uint8Array;
  /** What is hashed into the PCR; default: `event`. Logs hold many events whose digest is of something else. */
  readonly measured?: Uint8Array;
};

/** TCG PC Client Platform Firmware Profile, 10.4.1. */
const EV = { noAction: 0x03, separator: 0x04, crtmVersion: 0x08, ipl: 0x0d, efiAction: 0x80000007 } as const;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/**
 * A short, plausible boot of a machine that does not exist.
 * @param kernel stands for whatever is booted: another one gives other values in PCR 9
 */
export function demonstrationBoot(kernel = 'vmlinuz-demonstration'): readonly Measurement[] {
  const separators = [0, 1, 2, 3, 4, 5, 6, 7].map((pcr) => ({
    pcr,
    eventType: EV.separator,
    event: new Uint8Array(4),
  }));
  return [
    { pcr: 0, eventType: EV.crtmVersion, event: text('Sextant demonstration firmware 1') },
    { pcr: 4, eventType: EV.efiAction, event: text('Calling EFI Application from Boot Option') },
    ...separators,
    { pcr: 8, eventType: EV.ipl, event: text('grub_cmd: linux /vmlinuz root=/dev/demonstration ro') },
    { pcr: 9, eventType: EV.ipl, event: text(`/${kernel}`) },
    { pcr: 14, eventType: EV.ipl, event: text('MokList') },
  ];
}

export function extend(hash: HashName, value: Uint8Array, event: Uint8Array): Uint8Array {
  const digest = createHash(hash).update(event).digest();
  return new Uint8Array(createHash(hash).update(value).update(digest).digest());
}

/** The crypto-agile event log of these measurements (10.2.2 and 10.4.5.1). */
export function eventLog(measurements: readonly Measurement[], banks: readonly HashName[]): Uint8Array {
  const hashes = banks.flatMap((bank) => hashAlgorithmByName(bank) ?? []);
  return concatBytes([
    specIdEvent(hashes),
    ...measurements.map(({ pcr, eventType, event, measured = event }) =>
      concatBytes([
        u32le(pcr),
        u32le(eventType),
        u32le(hashes.length),
        ...hashes.flatMap(({ id, name }) => [u16le(id), createHash(name).update(measured).digest()]),
        u32le(event.length),
        event,
      ]),
    ),
  ]);
}

/** TCG_EfiSpecIDEventStruct in the form of TPM 1.2, with which every such log begins. */
function specIdEvent(hashes: readonly HashAlgorithm[]): Uint8Array {
  const event = concatBytes([
    text('Spec ID Event03\0'),
    u32le(0), // platform class: client
    Uint8Array.of(0, 2, 0, 2), // specification 2.0, errata 0, UINTN of 64 bits
    u32le(hashes.length),
    ...hashes.flatMap(({ id, digestBytes }) => [u16le(id), u16le(digestBytes)]),
    Uint8Array.of(0), // no vendor information
  ]);
  return concatBytes([u32le(0), u32le(EV.noAction), new Uint8Array(20), u32le(event.length), event]);
}

function u16le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

export function u32le(value: number): Uint8Array {
  return concatBytes([u16le(value & 0xffff), u16le(value >>> 16)]);
}
