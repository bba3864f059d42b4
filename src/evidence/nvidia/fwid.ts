import { DerReader } from '../../bytes/der.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import type { Certificate } from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import type { NvidiaGeneration } from './generation.ts';
import { OPAQUE, type OpaqueFields } from './opaque.ts';

/**
 * Whether the firmware that answered is the one to which the leaf's key was given. `absent`: the report does not say (old
 * firmware of Hopper, every LS10), which proves nothing either way.
 */
export type FwidVerdict = 'match' | 'mismatch' | 'absent';

/** TCG DICE: CompositeDeviceID and DiceTcbInfo. */
const COMPOSITE_DEVICE_ID = '2.23.133.5.4.1';
const DICE_TCB_INFO = '2.23.133.5.4.1.1';
const SHA384 = '2.16.840.1.101.3.4.2.2';
const FWID_BYTES = 48;
const MAX_BYTES = 4096;
/** `[6] IMPLICIT FWIDLIST` of DiceTcbInfo. */
const FWIDS = 0xa6;
const MAX_FWIDS = 16;

/** `nvidia.fwid`. */
export function checkFwid(
  checks: CheckList,
  fields: OpaqueFields,
  leaf: Certificate,
  generation: NvidiaGeneration,
  where: string | undefined,
): FwidVerdict {
  const id = 'nvidia.fwid';
  const reported = fields.get(OPAQUE.fwid);
  if (reported === undefined) {
    checks.skip(id, 'the report carries no FWID: older firmware, and every LS10, is silent');
    return 'absent';
  }
  const known = certifiedFwid(leaf, generation);
  if (known instanceof Uint8Array) {
    const holds = equalBytes(reported, known);
    checks.expect(id, holds, toHex(known), toHex(reported.subarray(0, 64)), where);
    return holds ? 'match' : 'mismatch';
  }
  checks.expect(id, false, 'an FWID in the leaf', known, where);
  return 'mismatch';
}

/** A chip's leaf comes with every report of it; its generation is certified above it and does not change. */
const certified = new WeakMap<
  Certificate,
  { readonly of: NvidiaGeneration; readonly fwid: Uint8Array | string }
>();

function certifiedFwid(leaf: Certificate, generation: NvidiaGeneration): Uint8Array | string {
  const known = certified.get(leaf);
  if (known?.of === generation) return known.fwid;
  const fwid = readCertifiedFwid(leaf, generation);
  certified.set(leaf, { of: generation, fwid });
  return fwid;
}

/** Blackwell moved from the older extension to the newer: each generation's own counts, and no other. */
function readCertifiedFwid({ extensions }: Certificate, generation: NvidiaGeneration): Uint8Array | string {
  const oid = generation === 'blackwell' ? DICE_TCB_INFO : COMPOSITE_DEVICE_ID;
  const value = extensions.others.get(oid)?.value;
  if (value === undefined) return `no extension ${oid}`;
  try {
    return DerReader.parse(value, `extension ${oid}`, oid === DICE_TCB_INFO ? readTcbInfo : readDeviceId);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

/** SEQUENCE { version, deviceID SubjectPublicKeyInfo, fwid FWID }. */
function readDeviceId(outer: DerReader): Uint8Array {
  return outer.sequence('compositeDeviceId', MAX_BYTES, (reader) => {
    reader.smallInteger('version', 255);
    reader.any('deviceId', MAX_BYTES);
    return readFwid(reader);
  });
}

/** SEQUENCE of optional fields, of which the sixth lists FWIDs: the first of them is the firmware's that answers. */
function readTcbInfo(outer: DerReader): Uint8Array {
  return outer.sequence('diceTcbInfo', MAX_BYTES, (reader) => {
    while (!reader.has(FWIDS)) reader.any('field', MAX_BYTES);
    const [first] = reader.nested(FWIDS, 'fwids', MAX_BYTES, (list) => {
      const fwids: Uint8Array[] = [];
      while (!list.atEnd && fwids.length < MAX_FWIDS) fwids.push(readFwid(list));
      return fwids;
    });
    while (!reader.atEnd) reader.any('field', MAX_BYTES);
    if (first === undefined) throw reader.error('bad_value', 'fwids', 'is empty');
    return first;
  });
}

/** SEQUENCE { hashAlg, digest }. */
function readFwid(outer: DerReader): Uint8Array {
  return outer.sequence('fwid', 128, (reader) => {
    const oid = reader.oid('hashAlg');
    const digest = reader.octetString('digest', 64);
    if (oid === SHA384 && digest.length === FWID_BYTES) return digest;
    throw reader.error('unsupported', 'hashAlg', `is ${oid}, not SHA-384`);
  });
}
