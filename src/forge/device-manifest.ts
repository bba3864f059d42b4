import { generateKeyPairSync, sign } from 'node:crypto';
import { toBase64Url, toUtf8 } from '../bytes/text.ts';
import { thumbprint } from '../evidence/manifest/index.ts';
import { MANIFEST_TYP, type ManifestKey } from '../protocol/device-manifest.ts';

/** A key in a manufacturer's place; trusted only where somebody approves it by hand. */
export type ForgedManufacturer = {
  readonly jwk: ManifestKey;
  readonly kid: string;
  /** A manifest as docs/device-manifest.md has it, or whatever else is to be signed; `header` replaces members of the header. */
  readonly sign: (payload: unknown, header?: { readonly [name: string]: unknown }) => string;
};

const CURVES = { ES256: 'P-256', ES384: 'P-384' } as const;

export function forgeManufacturer(alg: 'ES256' | 'ES384' | 'EdDSA' = 'ES256'): ForgedManufacturer {
  const { privateKey, publicKey } =
    alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: CURVES[alg] });
  const jwk = publicKey.export({ format: 'jwk' }) as ManifestKey; // of the curves that manifests are signed with
  const kid = thumbprint(jwk);
  const digest = ({ ES256: 'sha256', ES384: 'sha384', EdDSA: null } as const)[alg];
  return {
    jwk,
    kid,
    sign: (payload, header = {}) => {
      const protectedHeader = JSON.stringify({ alg, typ: MANIFEST_TYP, kid, ...header });
      const input = [protectedHeader, JSON.stringify(payload)]
        .map((part) => toBase64Url(toUtf8(part, 'manifest')))
        .join('.');
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return `${input}.${toBase64Url(sign(digest, toUtf8(input, 'manifest'), key))}`;
    },
  };
}
