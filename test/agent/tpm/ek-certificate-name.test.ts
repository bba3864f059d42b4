import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ekCertificateName, ekMaker } from '../../../src/agent/tpm/ek-certificate-name.ts';
import { parseTpmtPublic } from '../../../src/evidence/tpm/public.ts';
import { eccPublicArea, rsaPublicArea } from '../../evidence/tpm/build.ts';

const publicKey = (spki: string) =>
  createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
const RSA_HEAD = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA';

/** Published keys and the names under which their makers keep their certificates. */
const INTEL_RSA = `${RSA_HEAD}wyDi8kSoYBqs8+AdJsZlJJk1Vi3h2hl+nn8HbEaWE8+2U+mOwsOG/B0TPyyMbMM4tzLwsgi9g4qHej5bvD4dQIToNcfIkGocBbTS0w/b68HbrZUPprFlvUtqhkYDFGFkwMT1nUiQEe8fko3upukAYfPTdeVkYnMVHvYiJSCYvhpKsB3AoSInxgn9rOsRWvQI1Gk6b0mRl3RpWwwSvBih/3EgpzN7L7XxlR2Lt/CU1bVUwRyVI7MHKf5keH0KE7nmMEiNq039hmNKUnDscvzFpE3GeajzKTjdgZfina6Dn1tMoPXeJ8lSLCPFThws5XhZUlEYvURwsYGA7veK5CZ7zQIDAQAB`;
const INTEL_ECC =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIyb3Is16AaUToF+1sUUmxuMYNLzIaGdGubUUfbKOKc1KXTFVnxiORJ2DBSAkGPGMpnsm//WNk//de++An3taGQ==';
const AMD_RSA = `${RSA_HEAD}o8ID3MRLZQWgq2WIK1qTe2HQxzZgiDWn6Tzw6uQOoXI1iyO9pxIailRxll2NeK1lRVP/dEKCV+mGwv75T+y2MmzpFhUY/O5RtEG8TiocDw6WkHRAJ9A9h1OMP+vD3mPClNoA9/ssB36/0ScmVtYR0gRkL+cZkAT6qro7xz4eRKLt8KfX6OG/Y9kCfJsKDCtYbc4OavHSf11VgbBLtxm7jSVE+pnO+x/om6qwACjZbU4qrq4PUbAxD1S9dJ2cZzKaYSsCA8wMIho0umYa3jGveptunXDcE993BlsUGjLNbXC4aWVEtgo9yu98gKqhYGFEx7Mtk5NYOvWoNvcUBe2L2QIDAQAB`;

describe('the name under which a maker keeps a certificate', () => {
  it.each([
    ['intel', 'rsa', INTEL_RSA, 'WVEG2rRwkQ7m3RpXlUphgo6Y2HLxl18h6ZZkkOAdnBE%3D'],
    ['intel', 'ecc', INTEL_ECC, 'J6GJXWBKxtcujC63BintQ7CO0Xrd52jOyJgOYWCiDeU%3D'],
    ['amd', 'rsa', AMD_RSA, 'd027b3ce6a9b6b56846d2b9935884a88'],
  ] as const)('is for an %s %s key as its service has it', (maker, type, spki, name) => {
    const build = type === 'rsa' ? rsaPublicArea : eccPublicArea;
    expect(ekCertificateName(maker, parseTpmtPublic(build(publicKey(spki), { kind: 'ek' })))).toBe(name);
  });

  it('is of the whole coordinates, with the zeros that some TPMs drop', () => {
    const area = parseTpmtPublic(eccPublicArea(publicKey(INTEL_ECC), { kind: 'ek' }));
    if (area.type !== 'ecc') throw new Error('not ECC');
    const padded = { ...area, x: Uint8Array.from([0, ...area.x.subarray(1)]) };
    const dropped = { ...area, x: area.x.subarray(1) };
    for (const maker of ['intel', 'amd'] as const) {
      expect(ekCertificateName(maker, dropped)).toBe(ekCertificateName(maker, padded));
      expect(ekCertificateName(maker, dropped)).not.toBe(ekCertificateName(maker, area));
    }
  });

  it('is known for two makers', () => {
    expect([0x494e5443, 0x414d4400, 0x49465800].map(ekMaker)).toEqual(['intel', 'amd', null]);
  });
});
