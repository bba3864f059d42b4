import { randomBytes } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { type SigningKey, signSideBySide } from './signing-key.ts';

/** What a report says (DMTF DSP0274 1.1, 10.11): `parseSpdmReport` names the same fields. */
export type ReportFields = {
  /** 32 bytes. */
  readonly requestNonce: Uint8Array;
  /** In order, 48 bytes each. */
  readonly measurements: readonly Uint8Array[];
  readonly opaque: ReadonlyMap<number, Uint8Array>;
  /** The device's own random number, 32 bytes: new unless given. */
  readonly responderNonce?: Uint8Array;
};

const REQUEST = Uint8Array.of(0x11, 0xe0, 0x01, 0xff);
const RESPONSE = Uint8Array.of(0x11, 0x60, 0x00, 0x00);
const SLOT = 0;
const DMTF = 1;
/** An immutable ROM's, whatever was measured: as all genuine blocks are marked. */
const VALUE_TYPE = 1;

/** Request and response up to the signature. */
export function marshalReport({ requestNonce, measurements, opaque, ...rest }: ReportFields): Uint8Array {
  const responderNonce = rest.responderNonce ?? new Uint8Array(randomBytes(32));
  const record = concatBytes(measurements.map((value, index) => marshalBlock(index + 1, value)));
  const fields = concatBytes(
    [...opaque].map(([id, value]) => concatBytes([u16(id), u16(value.length), value])),
  );
  return concatBytes([
    REQUEST,
    requestNonce,
    Uint8Array.of(SLOT),
    RESPONSE,
    Uint8Array.of(measurements.length),
    u16(record.length & 0xffff),
    Uint8Array.of(record.length >> 16),
    record,
    responderNonce,
    u16(fields.length),
    fields,
  ]);
}

export function signReport(report: Uint8Array, key: SigningKey): Uint8Array {
  return concatBytes([report, signSideBySide(report, key)]);
}

function marshalBlock(number: number, value: Uint8Array): Uint8Array {
  return concatBytes([
    Uint8Array.of(number, DMTF),
    u16(3 + value.length),
    Uint8Array.of(VALUE_TYPE),
    u16(value.length),
    value,
  ]);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}
