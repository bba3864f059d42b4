import { createHash, randomUUID } from 'node:crypto';
import { toBase64Url, toHex } from '../../../bytes/text.ts';
import { signSideBySide } from '../signing-key.ts';
import { deviceClaims, type NrasClaims } from './claims.ts';
import type { NrasSigner } from './keys.ts';

export type NrasAnswerOptions = {
  readonly signer: NrasSigner;
  readonly at: Date;
  /** 32 bytes. */
  readonly nonce: Uint8Array;
  /** `GPU-0` or `SWITCH-0` …; one GPU unless given. */
  readonly devices?: readonly string[];
  /** Last change to claims before they are signed; `overall` is the token of all. */
  readonly claims?: (name: string, claims: NrasClaims) => NrasClaims;
  /** Last change to a header before it is signed. */
  readonly header?: (name: string, header: NrasClaims) => NrasClaims;
  /** Last change to a token after its digest was taken. */
  readonly tamper?: (name: string, token: string) => string;
};

const HOUR_S = 3600;

/** The body that `/v4/attest/gpu` or `/v4/attest/switch` answers: claims of version 3.0, all of them good. */
export function forgeNrasAnswer(options: NrasAnswerOptions): Uint8Array {
  const { signer, at, nonce, devices = ['GPU-0'], tamper = same } = options;
  const { claims = unchanged, header = unchanged } = options;
  const iat = Math.floor(at.getTime() / 1000);
  const common = (): NrasClaims => ({
    iss: 'https://nras.attestation.nvidia.com',
    eat_nonce: toHex(nonce),
    ...{ iat, nbf: iat, exp: iat + HOUR_S },
    jti: randomUUID(),
  });
  const signed = (name: string, own: NrasClaims): string =>
    signToken(header(name, { kid: signer.kid, alg: 'ES384' }), claims(name, own), signer);
  const tokens = devices.map(
    (name, index) => [name, signed(name, { ...common(), ...deviceClaims(name, index) })] as const,
  );
  const overall = signed('overall', {
    ...common(),
    sub: 'NVIDIA-PLATFORM-ATTESTATION',
    'x-nvidia-ver': '3.0',
    'x-nvidia-overall-att-result': true,
    submods: Object.fromEntries(
      tokens.map(([name, token]) => [name, ['DIGEST', ['SHA-256', sha256(token)]]]),
    ),
  });
  const beside = Object.fromEntries(tokens.map(([name, token]) => [name, tamper(name, token)]));
  return Buffer.from(JSON.stringify([['JWT', tamper('overall', overall)], beside]));
}

/** A compact JWS by this signer, whatever it says. */
export function signToken(header: NrasClaims, claims: NrasClaims, { key }: Pick<NrasSigner, 'key'>): string {
  const input = [header, claims].map((part) => toBase64Url(Buffer.from(JSON.stringify(part)))).join('.');
  return `${input}.${toBase64Url(signSideBySide(Buffer.from(input), key))}`;
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function same(_: string, token: string): string {
  return token;
}

function unchanged(_: string, claims: NrasClaims): NrasClaims {
  return claims;
}
