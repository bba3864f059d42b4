import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { fromBase64Url, toBase64Url } from '../../../src/bytes/text.ts';
import { type BoundSession, serialiseBinding } from '../../../src/evidence/bundle/binding.ts';
import { type Item, serialiseCollection } from '../../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import { signJws } from '../../../src/evidence/bundle/jws.ts';
import {
  BINDING_LABEL,
  BINDING_MEDIA_TYPE,
  TPM_QUOTE_MEDIA_TYPE,
} from '../../../src/evidence/bundle/labels.ts';
import { serialiseTpmItem } from '../../../src/evidence/bundle/tpm-item.ts';
import type { TpmHost } from '../../../src/evidence/bundle/verify.ts';
import type { Binding } from '../../../src/protocol/session.ts';

/**
 * A host whose "TPM" is a key of node:crypto: it writes TPM structures byte by byte from the standard, independently of
 * the parsers under test, and lets a test bend any one of them.
 */
export type Host = TpmHost & {
  readonly akPrivate: KeyObject;
  readonly signingPrivate: KeyObject;
  readonly binding: Binding;
};

export const session: BoundSession = {
  id: 'session-1',
  nonce: toBase64Url(new Uint8Array(32).fill(7)),
  expiresAt: '2026-03-01T12:05:00.000Z',
  aud: 'https://verifier.example',
  tenant: 'acme',
  hostId: 'host-1',
};
/** Within the session. */
export const now = new Date('2026-03-01T12:01:00.000Z');

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
const u32 = (value: number): Uint8Array => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);
const u64 = (value: bigint): Uint8Array =>
  Buffer.concat([u32(Number(value >> 32n)), u32(Number(value & 0xffffffffn))]);
const sized = (bytes: Uint8Array): Uint8Array => Buffer.concat([u16(bytes.length), bytes]);
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const rawOkp = (key: KeyObject): string => String(key.export({ format: 'jwk' }).x);

export function makeHost(): Host {
  const ak = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = ak.publicKey.export({ format: 'jwk' });
  // TPMT_PUBLIC: ECC, SHA-256, the attributes of a restricted signing key, no policy, ECDSA with SHA-256 on P-256.
  const area = Buffer.concat([
    u16(0x0023),
    u16(0x000b),
    u32(0x00050072),
    sized(new Uint8Array(0)),
    u16(0x0010),
    u16(0x0018),
    u16(0x000b),
    u16(0x0003),
    u16(0x0010),
    sized(fromBase64Url(String(x), 'x')),
    sized(fromBase64Url(String(y), 'y')),
  ]);
  const signing = generateKeyPairSync('ed25519');
  const binding: Binding = {
    v: 1,
    aud: session.aud,
    tenant: session.tenant,
    hostId: session.hostId,
    sessionId: session.id,
    nonce: session.nonce,
    expiresAt: session.expiresAt,
    signingKey: { kty: 'OKP', crv: 'Ed25519', x: rawOkp(signing.publicKey) },
    exchangeKey: { kty: 'OKP', crv: 'X25519', x: rawOkp(generateKeyPairSync('x25519').publicKey) },
  };
  return {
    kind: 'tpm',
    akPrivate: ak.privateKey,
    akPublic: new Uint8Array(sized(area)),
    akName: new Uint8Array(Buffer.concat([u16(0x000b), sha256(area)])),
    ekName: null,
    signingPrivate: signing.privateKey,
    binding,
  };
}

/** Registers 0, 7 and 10, each filled with its own number. */
export const pcrs = new Map([0, 7, 10].map((index) => [index, new Uint8Array(32).fill(index)]));
export const FIRMWARE_VERSION = 0x0007_0002_0003_0000n;

/** TPMS_ATTEST of a quote over {@link pcrs}. */
export function attest(extraData: Uint8Array, digest?: Uint8Array): Uint8Array {
  return Buffer.concat([
    u32(0xff544347),
    u16(0x8018),
    sized(Buffer.concat([u16(0x000b), new Uint8Array(32)])),
    sized(extraData),
    u64(123456n),
    u32(4),
    u32(0),
    Uint8Array.of(1),
    u64(FIRMWARE_VERSION),
    u32(1),
    u16(0x000b),
    Uint8Array.of(3, 0x81, 0x04, 0x00),
    sized(digest ?? sha256(Buffer.concat([...pcrs.values()]))),
  ]);
}

/** TPMT_SIGNATURE: ECDSA with SHA-256. */
export function signQuote(quote: Uint8Array, key: KeyObject): Uint8Array {
  const signature = sign('sha256', quote, { key, dsaEncoding: 'ieee-p1363' });
  return Buffer.concat([
    u16(0x0018),
    u16(0x000b),
    sized(signature.subarray(0, 32)),
    sized(signature.subarray(32)),
  ]);
}

/** What a test may bend; what it leaves alone is made to fit the rest. */
export type Bent = {
  readonly binding?: Partial<Binding>;
  readonly bindingBytes?: Uint8Array;
  readonly bindingMediaType?: string;
  readonly extraData?: Uint8Array;
  readonly pcrDigest?: Uint8Array;
  readonly pcrs?: ReadonlyMap<number, Uint8Array>;
  readonly akPublic?: Uint8Array;
  readonly quotedBy?: KeyObject;
  readonly signedBy?: KeyObject;
  readonly eventLog?: Uint8Array;
  readonly more?: readonly Item[];
  readonly withoutQuote?: boolean;
  readonly tpmItem?: Uint8Array;
};

export function submit(host: Host, bent: Bent = {}): string {
  const binding = bent.bindingBytes ?? serialiseBinding({ ...host.binding, ...bent.binding });
  const quote = attest(bent.extraData ?? commitment('tpm-extra-data', binding, []), bent.pcrDigest);
  const tpm = serialiseTpmItem({
    quote,
    signature: signQuote(quote, bent.quotedBy ?? host.akPrivate),
    akPublic: bent.akPublic ?? host.akPublic,
    pcrs: new Map([['sha256', bent.pcrs ?? pcrs]]),
    eventLog: bent.eventLog ?? null,
  });
  const items: Item[] = [
    {
      label: BINDING_LABEL,
      mediaType: bent.bindingMediaType ?? BINDING_MEDIA_TYPE,
      value: binding,
    },
    ...(bent.withoutQuote === true
      ? []
      : [{ label: 'tpm', mediaType: TPM_QUOTE_MEDIA_TYPE, value: bent.tpmItem ?? tpm }]),
    ...(bent.more ?? []),
  ];
  const collection = new TextEncoder().encode(serialiseCollection(items));
  return signJws(collection, bent.signedBy ?? host.signingPrivate);
}
