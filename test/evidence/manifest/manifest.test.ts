import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import {
  type Manufacturer,
  parseDeviceManifest,
  readManifestKey,
  verifyDeviceManifest,
} from '../../../src/evidence/manifest/index.ts';
import { type ForgedManufacturer, forgeManufacturer } from '../../../src/forge/device-manifest.ts';
import { MAX_MANIFEST_BYTES, type ManifestKey } from '../../../src/protocol/device-manifest.ts';

const AT = new Date('2026-03-01T12:00:00.000Z');
const sha = (name: string): string => hash('sha256', name, 'hex');
const gpu = (serial: string, identity = sha(serial)) => ({
  kind: 'gpu',
  serial,
  model: 'H100 SXM5 80GB',
  identity: { type: 'nvidia-chip-key', sha256: identity },
});
const content = (changed: object = {}) => ({
  format: 'sextant-device-manifest/1',
  manufacturer: 'NVIDIA',
  issuedAt: '2026-03-01T00:00:00Z',
  devices: [gpu('1653922003481')],
  ...changed,
});
const maker = forgeManufacturer();
const approved = (forged: ForgedManufacturer, changed: Partial<Manufacturer> = {}): Manufacturer => ({
  name: 'NVIDIA',
  kinds: ['gpu', 'switch'],
  keys: [readManifestKey(forged.jwk)],
  ...changed,
});

const parse = (text: string) => parseDeviceManifest(Buffer.from(text, 'latin1'));
const codeOf = (text: string): string => {
  try {
    parse(text);
    return 'none';
  } catch (error) {
    if (error instanceof FormatError) return `${error.code} ${error.path}`;
    throw error;
  }
};
const failed = (
  text: string,
  manufacturers: readonly Manufacturer[] = [approved(maker)],
  at = AT,
): string[] => {
  const { findings, verified } = verifyDeviceManifest(parse(text), { manufacturers, at });
  const ids = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  expect(verified === null).toBe(ids.length > 0);
  expect(findings.checks).toHaveLength(5);
  return ids;
};

describe('a device manifest', () => {
  it.each(['ES256', 'ES384', 'EdDSA'] as const)('is read and verified under %s', (alg) => {
    const forged = forgeManufacturer(alg);
    const parsed = parse(forged.sign(content()));
    expect(parsed).toMatchObject({ alg, kid: forged.kid, manifest: { manufacturer: 'NVIDIA' } });
    expect(failed(forged.sign(content()), [approved(forged)])).toEqual([]);
  });

  it('is read under the fully-specified name of Ed25519', () => {
    const forged = forgeManufacturer('EdDSA');
    expect(failed(forged.sign(content(), { alg: 'Ed25519' }), [approved(forged)])).toEqual([]);
  });

  const other = forgeManufacturer();
  it.each<[string, string, readonly Manufacturer[] | undefined, string[]]>([
    [
      'manifest.manufacturer',
      maker.sign(content({ manufacturer: 'Another' })),
      undefined,
      // Nobody's key signs, and nobody may speak of anything, where nobody is approved.
      ['manifest.manufacturer', 'manifest.signature', 'manifest.kinds'],
    ],
    ['manifest.signature (another key)', other.sign(content()), undefined, ['manifest.signature']],
    [
      'manifest.signature (another key under an approved name)',
      other.sign(content(), { kid: maker.kid }),
      undefined,
      ['manifest.signature'],
    ],
    ['manifest.kinds', maker.sign(content()), [approved(maker, { kinds: ['switch'] })], ['manifest.kinds']],
    [
      'manifest.issued',
      maker.sign(content({ issuedAt: '2026-03-01T12:00:00.001Z' })),
      undefined,
      ['manifest.issued'],
    ],
    [
      'manifest.expired',
      maker.sign(content({ expiresAt: '2026-03-01T12:00:00Z' })),
      undefined,
      ['manifest.expired'],
    ],
  ])('fails %s alone', (_, text, manufacturers, expected) => {
    expect(failed(text, manufacturers)).toEqual(expected);
  });

  it('fails for an algorithm that is not the key’s', () => {
    const wide = forgeManufacturer('ES384');
    const [key] = approved(wide).keys;
    if (key === undefined) throw new Error('no key');
    const pretending = approved(wide, { keys: [{ ...key, alg: 'ES256' }] });
    expect(failed(wide.sign(content()), [pretending])).toEqual(['manifest.signature']);
  });

  it('passes nothing where no manufacturer is approved', () => {
    expect(failed(maker.sign(content()), [])).toContain('manifest.manufacturer');
  });

  it.each<[string, string, string]>([
    ['no JWS', 'x', 'bad_value manifest'],
    ['two parts', 'a.b', 'bad_value manifest'],
    ['four parts', 'a.b.c.d', 'bad_value manifest'],
    ['another type', maker.sign(content(), { typ: 'JWT' }), 'unsupported manifest.protected.typ'],
    ['no type', maker.sign(content(), { typ: undefined }), 'unsupported manifest.protected.typ'],
    ['no algorithm', maker.sign(content(), { alg: 'none' }), 'unsupported manifest.protected.alg'],
    ['a shared secret', maker.sign(content(), { alg: 'HS256' }), 'unsupported manifest.protected.alg'],
    ['a key of its own', maker.sign(content(), { jwk: maker.jwk }), 'unsupported manifest.protected.jwk'],
    ['a critical extension', maker.sign(content(), { crit: ['b64'] }), 'unsupported manifest.protected.crit'],
    ['no key named', maker.sign(content(), { kid: undefined }), 'unsupported manifest.protected.kid'],
    ['another format', maker.sign(content({ format: 'x' })), 'bad_value manifest.format'],
    ['no device', maker.sign(content({ devices: [] })), 'bad_value manifest.devices'],
    ['a member more', maker.sign(content({ more: 1 })), 'bad_value manifest'],
    [
      'a local time',
      maker.sign(content({ issuedAt: '2026-03-01T00:00:00+01:00' })),
      'bad_value manifest.issuedAt',
    ],
    [
      'an end before its beginning',
      maker.sign(content({ expiresAt: '2026-03-01T00:00:00Z' })),
      'bad_value manifest.expiresAt',
    ],
    [
      'one serial number twice',
      maker.sign(content({ devices: [gpu('1'), gpu('1', sha('x'))] })),
      'duplicate manifest.devices.1.serial',
    ],
    [
      'one chip twice',
      maker.sign(content({ devices: [gpu('1'), gpu('2', sha('1'))] })),
      'duplicate manifest.devices.1.identity',
    ],
    [
      'a TPM’s key for a GPU',
      maker.sign(content({ devices: [{ ...gpu('1'), identity: { type: 'tpm-ek', sha256: sha('1') } }] })),
      'bad_value manifest.devices.0.identity.type',
    ],
    [
      'an identity in capitals',
      maker.sign(content({ devices: [gpu('1', sha('1').toUpperCase())] })),
      'bad_value manifest.devices.0.identity.sha256',
    ],
    [
      'a serial number with a space at its end',
      maker.sign(content({ devices: [gpu('1 ', sha('1'))] })),
      'bad_value manifest.devices.0.serial',
    ],
    ['too many bytes', 'x'.repeat(MAX_MANIFEST_BYTES + 1), 'too_long manifest'],
  ])('is refused with %s', (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('is refused with a member named twice', () => {
    const [header, , signature] = maker.sign(content()).split('.');
    const twice = JSON.stringify(content()).replace('{', '{"manufacturer":"Another",');
    expect(codeOf([header, Buffer.from(twice).toString('base64url'), signature].join('.'))).toContain(
      'duplicate',
    );
  });

  it('may name one serial number for a GPU and for a switch', () => {
    const both = [gpu('1'), { ...gpu('1', sha('other')), kind: 'switch' }];
    expect(codeOf(maker.sign(content({ devices: both })))).toBe('none');
  });

  it('is refused at every shorter length, and with anything after it', () => {
    const text = maker.sign(content());
    for (let length = 0; length < text.length; length++)
      expect(codeOf(text.slice(0, length))).not.toBe('none');
    for (const more of ['A', '=', '\n', '.', '.A']) expect(codeOf(text + more)).not.toBe('none');
  });

  it('passes with no character changed', () => {
    const text = maker.sign(content());
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(alphabet.length - 1), (at, which) => {
        const changed = text.slice(0, at) + alphabet[which] + text.slice(at + 1);
        if (changed === text || codeOf(changed) !== 'none') return;
        expect(failed(changed)).not.toEqual([]);
      }),
      { numRuns: Math.min(2000, Number(process.env['SEXTANT_FUZZ_RUNS'] ?? 500)) },
    );
  });

  it('throws nothing but a FormatError, whatever the bytes are', () => {
    const header = maker.sign(content()).split('.')[0] ?? '';
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .json()
        .map((json) => Buffer.from(`${header}.${Buffer.from(json).toString('base64url')}.${'A'.repeat(86)}`)),
      fc.json().map((json) => Buffer.from(maker.sign(JSON.parse(json)))),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          parseDeviceManifest(input);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: Math.min(5000, Number(process.env['SEXTANT_FUZZ_RUNS'] ?? 300)) },
    );
  });
});

describe('a manufacturer’s key', () => {
  it.each<[string, unknown]>([
    ['a coordinate too short', { ...forgeManufacturer().jwk, x: 'AA' }],
    ['a point off the curve', { ...forgeManufacturer().jwk, y: Buffer.alloc(32, 1).toString('base64url') }],
    ['an Ed25519 key too short', { kty: 'OKP', crv: 'Ed25519', x: 'AA' }],
  ])('is refused with %s', (_, jwk) => {
    expect(() => readManifestKey(jwk as ManifestKey)).toThrow(FormatError);
  });
});
