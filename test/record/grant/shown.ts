import { createHash, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import type { GrantClaims, GrantStatus } from '../../../src/protocol/grant.ts';
import { cosign } from '../../../src/record/cosignature.ts';
import {
  deviceTree,
  encodeStatusList,
  type GrantPolicy,
  parseGrantKeys,
  type ShownGrant,
} from '../../../src/record/grant/index.ts';
import { inclusionProof, leafOf, makeReceipt, rootOf, signCheckpoint } from '../../../src/record/index.ts';
import { grow } from '../tree.ts';

export const AT = new Date('2026-03-01T12:00:00Z');
export const NOW = AT.getTime() / 1000;
export const ISSUER = 'https://verifier.example';
export const LIST = `${ISSUER}/v1/status-lists/1`;

/** Grants are signed with ES256, proofs also with Ed25519. */
export type TestKey = {
  readonly kid: string;
  readonly jwk: Record<string, string>;
  readonly privateKey: KeyObject;
};

export function makeKey(curve: 'P-256' | 'Ed25519' = 'P-256'): TestKey {
  const pair =
    curve === 'P-256' ? generateKeyPairSync('ec', { namedCurve: curve }) : generateKeyPairSync('ed25519');
  const { kty = '', crv = '', x = '', y } = pair.publicKey.export({ format: 'jwk' });
  const jwk: Record<string, string> = y === undefined ? { crv, kty, x } : { crv, kty, x, y };
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url');
  return { kid, jwk, privateKey: pair.privateKey };
}

export function signJwt(key: TestKey, header: object, claims: object): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const alg = key.jwk['kty'] === 'EC' ? 'ES256' : 'EdDSA';
  const input = `${encode({ alg, kid: key.kid, ...header })}.${encode(claims)}`;
  const options = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${input}.${sign(alg === 'ES256' ? 'sha256' : null, Buffer.from(input), options).toString('base64url')}`;
}

export const keys = { grant: makeKey(), status: makeKey(), host: makeKey(), other: makeKey() };
const log = { name: 'log.example/sextant', ...generateKeyPairSync('ed25519') };
export const witness = { name: 'witness.example', ...generateKeyPairSync('ed25519') };

export const DEVICES = ['dev_a', 'dev_b', 'dev_c'].map((id) => ({ id, kind: 'gpu', model: 'H100' }));
const id = (prefix: string): string => `${prefix}_${'0'.repeat(26)}`;

export const CLAIMS: GrantClaims = {
  iss: ISSUER,
  sub: id('lic'),
  aud: ['tag:sextant,2026:tenant/acme', 'tag:sextant,2026:tenant/chips'],
  iat: NOW - 600,
  nbf: NOW - 600,
  exp: NOW + 3000,
  jti: id('grt'),
  cnf: { jkt: keys.host.kid },
  status: { status_list: { idx: 4711, uri: LIST } },
  licence: {
    holder: 'chips',
    conditions: '11'.repeat(32),
    endUser: 'pty_x',
    purpose: 'inference',
    leaseSeconds: 3600,
  },
  host: { id: 'hst_1', tenant: 'acme', facility: 'fac_1' },
  devices: deviceTree(DEVICES),
  tpp: 47_496,
  level: 'G2',
  waived: ['gpu-binding'],
  decision: {
    id: id('dec'),
    policy: { name: 'sextant-gate', version: '1' },
    packs: [{ name: 'base', version: '1', sha256: '22'.repeat(32) }],
    trustInputs: '33'.repeat(32),
    selfApproved: false,
  },
  appraisal: { session: 'ses_1', evidence: '44'.repeat(32), leafIndex: 3 },
  log: { origin: log.name, leafIndex: 5 },
};

export function grantOf(claims: object = {}, header: object = {}, key = keys.grant): string {
  return signJwt(key, { typ: 'licence-grant+jwt', ...header }, { ...CLAIMS, ...claims });
}

type ListOf = { readonly claims?: object; readonly header?: object; readonly key?: TestKey };

export function listOf(
  status: GrantStatus,
  { claims = {}, header = {}, key = keys.status }: ListOf = {},
): string {
  const lst = encodeStatusList(131_072, [[CLAIMS.status.status_list.idx, status]]);
  const own = {
    iss: ISSUER,
    sub: LIST,
    iat: NOW - 30,
    exp: NOW + 270,
    ttl: 300,
    status_list: { bits: 2, lst },
  };
  return signJwt(key, { typ: 'statuslist+jwt', ...header }, { ...own, ...claims });
}

/** The receipt of the issue of a grant, its checkpoint cosigned. */
export async function receiptOf(grant: string, body: object = {}, type = 'grant.issued'): Promise<object> {
  const act = {
    type,
    at: AT,
    tenant: 'chips',
    body: { grantId: CLAIMS.jti, grantSha256: hash('sha256', grant, 'hex'), ...body },
    salt: new Uint8Array(32).fill(7),
  };
  const others = [1, 2, 3].map((n) => ({ ...act, type: 'appraisal', salt: new Uint8Array(32).fill(n) }));
  const { range, read } = grow([...others, act].map(leafOf));
  const proof = await inclusionProof(3, range.size, read);
  const note = signCheckpoint(range.size, rootOf(range), log);
  return { ...makeReceipt(act, 3, proof, note + cosign(note, witness, AT)) };
}

export const POLICY = {
  at: AT,
  issuer: ISSUER,
  audience: 'tag:sextant,2026:tenant/acme',
  grantKeys: parseGrantKeys({ keys: [{ ...keys.grant.jwk, kid: keys.grant.kid, use: 'sig', alg: 'ES256' }] }),
  statusKeys: parseGrantKeys({ keys: [{ ...keys.status.jwk, kid: keys.status.kid }] }),
  licence: CLAIMS.sub,
  log: { log, witnesses: { threshold: 1, witnesses: [witness] } },
} satisfies GrantPolicy;

/** Everything that a license server in production asks for. */
export async function shown(grant = grantOf()): Promise<ShownGrant> {
  const possession = { jkt: keys.host.kid };
  return { grant, statusList: listOf('valid'), possession, receipt: await receiptOf(grant) };
}

export const REQUEST = { method: 'POST', url: 'https://license.example/start' } as const;

export function proofOf(grant: string, claims: object = {}, header: object = {}, key = keys.host): string {
  const own = {
    htm: 'POST',
    htu: REQUEST.url,
    iat: NOW,
    jti: 'proof-1',
    ath: hash('sha256', grant, 'base64url'),
  };
  return signJwt(key, { typ: 'dpop+jwt', kid: undefined, jwk: key.jwk, ...header }, { ...own, ...claims });
}
