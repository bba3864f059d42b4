import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeNull } from '../../../src/bytes/der-writer.ts';
import { FormatError } from '../../../src/bytes/errors.ts';
import {
  parseAttributeCertificate,
  verifyPlatformCertificate,
} from '../../../src/evidence/tpm/platform-certificate/index.ts';
import { extension, USAGE } from '../../../src/forge/tpm/certificate.ts';
import { makeEkCa } from '../../../src/forge/tpm/ek-ca.ts';
import { makePlatformCa, type PlatformBent } from '../../../src/forge/tpm/platform-ca.ts';
import { anchorFromCertificate, parseCertificate } from '../../../src/pki/index.ts';

const AT = new Date('2026-03-01T12:00:00Z');
const ekCa = makeEkCa(AT);
const ekOf = () => ekCa.certify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, AT);
const ek = ekOf();
const ca = makePlatformCa(AT);
const machine = { manufacturer: 'Example Machines', model: 'R1', serial: 'SRV-0001' };
const anchors = [anchorFromCertificate(parseCertificate(ca.root))];

type Asked = Parameters<typeof verifyPlatformCertificate>;
const verify = (certificate: Uint8Array, options: Partial<Asked[1]> = {}, intermediates: Uint8Array[] = []) =>
  verifyPlatformCertificate(
    { certificate, intermediates },
    { ek: parseCertificate(ek), anchors, at: AT, ...options },
  );
const failed = (
  certificate: Uint8Array,
  options: Partial<Asked[1]> = {},
  intermediates: Uint8Array[] = [],
) => {
  const { findings, verified } = verify(certificate, options, intermediates);
  const ids = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  expect(verified === null).toBe(ids.length > 0);
  return ids;
};
const issue = (bent: PlatformBent = {}) => ca.issue(ek, machine, bent);
const codeOf = (certificate: Uint8Array): string => {
  try {
    verify(certificate);
    return 'none';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
};
const swapped = (text: readonly (readonly [string, string])[]): PlatformBent => ({ names: text });

describe('a TCG platform certificate', () => {
  it.each<NonNullable<PlatformBent['holder']>>(['certificate', 'digest', 'both'])(
    'is verified by its %s',
    (holder) => {
      const result = verify(issue({ holder }));
      expect(result.findings.checks.filter(({ status }) => status === 'fail')).toEqual([]);
      expect(result.findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.platform.revocation']);
      expect(result.verified).toMatchObject({
        identity: { ...machine, version: '1' },
        anchor: parseCertificate(ca.root).sha256,
      });
    },
  );

  it('may say nothing of its type, as those of before version 1.1', () => {
    expect(failed(issue({ type: null }))).toEqual([]);
  });

  const names = (serial: readonly string[]): readonly (readonly [string, string])[] => [
    ['2.23.133.5.1.1', 'Example Machines'],
    ['2.23.133.5.1.4', 'R1'],
    ...serial.map((text) => ['2.23.133.5.1.6', text] as const),
  ];
  const otherEk = ekOf();
  const otherCa = makePlatformCa(AT);
  it.each<[string, () => string[]]>([
    ['tpm.platform.type', () => failed(issue({ type: '2.23.133.8.5' }))],
    [
      'tpm.platform.extensions',
      () => failed(issue({ extensions: [extension('2.5.29.55', true, writeNull())] })),
    ],
    ['tpm.platform.holder', () => failed(ca.issue(otherEk, machine))],
    ['tpm.platform.holder', () => failed(ca.issue(otherEk, machine, { holder: 'digest' }))],
    ['tpm.platform.expired', () => failed(issue({ notAfter: new Date(AT.getTime() - 1000) }))],
    ['tpm.platform.expired', () => failed(issue({ notBefore: new Date(AT.getTime() + 1000) }))],
    ['tpm.platform.identity', () => failed(issue(swapped(names([]))))],
    ['tpm.platform.identity', () => failed(issue(swapped(names(['A', 'B']))))],
    ['tpm.platform.identity', () => failed(issue(swapped(names(['A ']))))],
    ['tpm.platform.chain', () => failed(issue(), { anchors: [] })],
    ['tpm.platform.chain', () => failed(issue(), { anchors: [] }, [ca.root])],
    [
      'tpm.platform.chain',
      () => failed(issue({ notAfter: new Date('2999-01-01') }), { at: new Date('2050-01-01') }),
    ],
    // Of the same name and, like every root here, with the key identifier of its own key.
    ['tpm.platform.chain', () => failed(otherCa.issue(ek, machine))],
  ])('fails %s alone', (id, run) => {
    expect(run()).toEqual([id]);
  });

  it('may be issued by a CA below an approved one', () => {
    const below = ca.certify('ca', [USAGE.keyCertSign]);
    expect(failed(below.issue(ek, machine), {}, [below.certificate])).toEqual([]);
  });

  // Its makers certify many keys below one root; those of machines sign whatever their operators ask.
  it.each([
    ['digitalSignature', [USAGE.digitalSignature]],
    ['digitalSignature and keyCertSign', [USAGE.digitalSignature, USAGE.keyCertSign]],
  ])('fails where an end entity signed it whose key is for %s', (_, usages) => {
    const device = ca.certify('end-entity', usages);
    expect(failed(device.issue(ek, machine), {}, [device.certificate])).toEqual(['tpm.platform.issuer']);
  });

  it('may be issued by an end entity that is approved itself', () => {
    const signer = ca.certify('end-entity');
    const approved = [anchorFromCertificate(parseCertificate(signer.certificate))];
    expect(failed(signer.issue(ek, machine), { anchors: approved })).toEqual([]);
    const encrypts = ca.certify('end-entity', [USAGE.keyEncipherment]);
    const wrong = [anchorFromCertificate(parseCertificate(encrypts.certificate))];
    expect(failed(encrypts.issue(ek, machine), { anchors: wrong })).toEqual(['tpm.platform.issuer']);
  });

  it('is not refused for an issuer whose certificate was renewed', () => {
    const expired = ca.certify('ca', [USAGE.keyCertSign], { notAfter: new Date(AT.getTime() - 1000) });
    const renewed = ca.certify('ca', [USAGE.keyCertSign], { of: expired });
    const issued = expired.issue(ek, machine);
    expect(failed(issued, {}, [expired.certificate])).toEqual(['tpm.platform.chain']);
    expect(failed(issued, {}, [expired.certificate, renewed.certificate])).toEqual([]);
    expect(failed(issued, {}, [renewed.certificate, expired.certificate])).toEqual([]);
  });

  it('fails by its signature alone, with any bit of what was signed flipped', () => {
    const good = issue();
    const { tbs } = parseAttributeCertificate(good);
    const start = Buffer.from(good).indexOf(Buffer.from(tbs));
    let held = 0;
    fc.assert(
      fc.property(fc.nat(tbs.length * 8 - 1), (bit) => {
        const bytes = new Uint8Array(good);
        const at = start + (bit >> 3);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
        if (codeOf(bytes) !== 'none') return;
        held += 1;
        expect(failed(bytes)).toEqual(
          expect.arrayContaining([expect.stringMatching(/tpm\.platform\.(signature|chain)/)]),
        );
      }),
      { numRuns: 200 },
    );
    expect(held).toBeGreaterThan(0);
    const last = new Uint8Array(good);
    last[last.length - 1] = (last.at(-1) ?? 0) ^ 1;
    expect(failed(last)).toEqual(['tpm.platform.signature']);
  });

  it.each<[string, Uint8Array, string]>([
    ['another version', issue({ version: 0 }), 'unsupported'],
    ['no holder', issue({ holder: 'none' }), 'unsupported'],
    ['a holder by name alone', issue({ holder: 'entity-name' }), 'unsupported'],
    ['a public key certificate in its place', ek, 'bad_value'],
    ['a byte after it', Uint8Array.of(...issue(), 0), 'trailing_data'],
  ])('is refused with %s', (_, certificate, code) => {
    expect(codeOf(certificate)).toBe(code);
  });

  it('is refused at every shorter length', () => {
    const good = issue();
    for (let length = 0; length < good.length; length++)
      expect(codeOf(good.subarray(0, length))).not.toBe('none');
  });

  it('throws nothing but a FormatError, whatever the bytes are', () => {
    const good = issue();
    const bent = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((changes) => {
        const bytes = new Uint8Array(good);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(bent, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        codeOf(bytes);
      }),
      { numRuns: Math.min(5000, Number(process.env['SEXTANT_FUZZ_RUNS'] ?? 500)) },
    );
  });
});
