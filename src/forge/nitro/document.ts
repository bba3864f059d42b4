import { type KeyObject, sign } from 'node:crypto';
import type { CborKey, CborValue } from '../../bytes/cbor.ts';
import { encodeCbor } from '../../bytes/cbor-encode.ts';
import { concatBytes } from '../../bytes/concat.ts';
import { type NitroPki, type NitroPkiOptions, nitroPki } from './pki.ts';

const MODULE_ID = 'i-0123456789abcdef0-enc0123456789abcdef';
/** {1: -35}. */
const PROTECTED: CborValue = new Map([[1, -35]]);
const TAG_18 = Uint8Array.of(0xd2);
const INDEFINITE_MAP = Uint8Array.of(0xbf);
const BREAK = Uint8Array.of(0xff);

/** A document's fields in the order in which genuine ones have them. */
export type NitroFields = ReadonlyMap<CborKey, CborValue>;

export type ForgedNitroOptions = {
  /** When the document is made. */
  readonly at: Date;
  readonly pki?: NitroPki;
  readonly change?: NitroPkiOptions['change'];
  /** Fields to be different, added, or with `undefined` left out. */
  readonly fields?: Readonly<Record<string, CborValue>>;
  /** How the map states its length: newer hypervisors write it without. Definite unless given. */
  readonly map?: 'definite' | 'indefinite';
  /** Instead of all that: the payload itself. */
  readonly payload?: Uint8Array;
  readonly tagged?: boolean;
  readonly protectedHeader?: CborValue;
  readonly unprotectedHeader?: CborValue;
  /** The enclave's unless given. */
  readonly signer?: KeyObject;
};

export type ForgedNitroDocument = {
  readonly document: Uint8Array;
  readonly payload: Uint8Array;
  readonly pki: NitroPki;
};

/** A document of an enclave that exists nowhere, laid out as genuine ones are. */
export function forgeNitroDocument(options: ForgedNitroOptions): ForgedNitroDocument {
  const { at, change } = options;
  const pki =
    options.pki ?? nitroPki({ at, moduleId: MODULE_ID, ...(change === undefined ? {} : { change }) });
  const payload = options.payload ?? writeMap(fieldsOf(options, pki), options.map);
  const protectedBytes = encodeCbor(options.protectedHeader ?? PROTECTED);
  const signed = encodeCbor(['Signature1', protectedBytes, new Uint8Array(), payload]);
  const key = options.signer ?? pki.key;
  const signature = new Uint8Array(sign('sha384', signed, { key, dsaEncoding: 'ieee-p1363' }));
  const sign1 = encodeCbor([protectedBytes, options.unprotectedHeader ?? new Map(), payload, signature]);
  return { document: options.tagged === true ? concatBytes([TAG_18, sign1]) : sign1, payload, pki };
}

function fieldsOf({ at, fields = {} }: ForgedNitroOptions, pki: NitroPki): NitroFields {
  const all = new Map<CborKey, CborValue>([
    ['module_id', MODULE_ID],
    ['digest', 'SHA384'],
    ['timestamp', at.getTime()],
    ['pcrs', pcrs()],
    ['certificate', pki.enclave],
    ['cabundle', [pki.root, pki.region, pki.zone, pki.instance]],
    ['public_key', null],
    ['user_data', null],
    ['nonce', null],
  ]);
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) all.delete(name);
    else all.set(name, value);
  }
  return all;
}

/** Sixteen registers: PCR0 to PCR2 and PCR4 measured, the others zero. */
function pcrs(): ReadonlyMap<number, Uint8Array> {
  const measured = new Set([0, 1, 2, 4]);
  return new Map(
    Array.from({ length: 16 }, (_, index) => [
      index,
      new Uint8Array(48).fill(measured.has(index) ? 0xa0 + index : 0),
    ]),
  );
}

/** In the order given: AWS does not sort its keys. */
export function writeMap(fields: NitroFields, form: 'definite' | 'indefinite' = 'definite'): Uint8Array {
  const pairs = [...fields].flatMap(([key, value]) => [encodeCbor(key), encodeCbor(value)]);
  if (form === 'indefinite') return concatBytes([INDEFINITE_MAP, ...pairs, BREAK]);
  return concatBytes([Uint8Array.of(0xa0 + fields.size), ...pairs]);
}
