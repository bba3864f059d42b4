import { randomBytes } from 'node:crypto';
import { type DisclosurePolicy, fold, presentSdJwt } from '../../../src/record/disclosure/index.ts';
import { parseGrantKeys } from '../../../src/record/grant/index.ts';
import { makeKey, signJwt, type TestKey } from '../grant/shown.ts';

export const AT = new Date('2026-03-01T12:00:00Z');
export const NOW = AT.getTime() / 1000;
export const ISSUER = 'https://verifier.example';
export const keys = { issuer: makeKey(), holder: makeKey(), other: makeKey() };
export const POLICY: DisclosurePolicy = {
  at: AT,
  issuer: ISSUER,
  keys: parseGrantKeys({ keys: [{ ...keys.issuer.jwk, kid: keys.issuer.kid, use: 'sig', alg: 'ES256' }] }),
  audience: 'https://reader.example',
  nonce: 'n-1',
};

type Bent = {
  readonly always?: object;
  readonly chosen?: object;
  readonly header?: object;
  readonly key?: TestKey;
};

export function issued({ always = {}, chosen = {}, header = {}, key = keys.issuer }: Bent = {}): string {
  const weaknesses = [{ code: 'place-unproven', sentence: 'It is not proven.' }];
  const { payload, disclosures } = fold(
    {
      always: {
        ...{ iss: ISSUER, iat: NOW - 60, exp: NOW + 60, cnf: { jwk: keys.holder.jwk } },
        ...{ weaknesses, holds: [], selfApproved: false },
        ...always,
      },
      chosen: { level: { level: 'G2', label: 'G2-tpm' }, date: '2026-03-01', host: 'hst_1', ...chosen },
      list: {
        name: 'devices',
        items: [{ id: 'dev_1', kind: 'gpu', model: null, serial: 'S-1', label: 'G1' }],
      },
    },
    (length) => new Uint8Array(randomBytes(length)),
  );
  const jwt = signJwt(key, { typ: 'sextant-appraisal+sd-jwt', ...header }, payload);
  return `${[jwt, ...disclosures.map(({ disclosure }) => disclosure)].join('~')}~`;
}

export const SHOWING = {
  audience: POLICY.audience,
  nonce: POLICY.nonce,
  at: AT,
  key: keys.holder.privateKey,
};

export function shown(
  sdJwt = issued(),
  names: readonly string[] = ['level', 'date'],
  more: Partial<typeof SHOWING> = {},
): string {
  return presentSdJwt(sdJwt, names, { ...SHOWING, ...more });
}
