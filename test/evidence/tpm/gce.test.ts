import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SextantError } from '../../../src/bytes/errors.ts';
import { readProtobuf } from '../../../src/bytes/protobuf.ts';
import { parseGceAttestation } from '../../../src/evidence/tpm/gce/attestation.ts';
import { type GceOptions, verifyGceAttestation } from '../../../src/evidence/tpm/gce/verify.ts';
import { USAGE } from '../../../src/forge/tpm/certificate.ts';
import { OID, PathError, parseCertificate, parsePinFile } from '../../../src/pki/index.ts';
import { judgeOffline } from '../../../src/policy/judge.ts';
import { BUILT_IN_POLICIES } from '../../../src/policy/offline-policy.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { join } from './build.ts';
import { codeOf } from './code-of.ts';
import { failed } from './failed.ts';
import {
  AT,
  akCertificate,
  anchor,
  area,
  field,
  gceAttestation,
  instanceInfo,
  NONCE,
  quoteOf,
} from './gce-build.ts';

function verify(bytes: Uint8Array, options: Partial<GceOptions> = {}) {
  return verifyGceAttestation(bytes, {
    ...{ policy: 'gate', at: AT, extraData: NONCE, anchors: [anchor], intermediates: [] },
    acceptPath: () => {},
    ...options,
  });
}

const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('a GCE attestation under a root that is named', () => {
  it('passes every check, and proves which machine it is', () => {
    const { findings, verified } = verify(gceAttestation({ info: instanceInfo() }));
    expect(failed(findings.checks)).toEqual([]);
    expect(findings.notPerformed).toEqual([]);
    expect(verified?.certified?.instance).toEqual({
      zone: 'us-central1-a',
      projectId: 'a-project',
      projectNumber: 117_493_499_753n,
      instanceName: 'a-machine',
      instanceId: 6_797_192n,
      isProduction: true,
    });
    expect([...(verified?.pcrs.keys() ?? [])]).toEqual(['sha256', 'sha384']);
    expect(
      findings.checks.filter(({ id }) => id === 'tpm.quote.signature').map(({ where }) => where),
    ).toEqual(['quotes.sha256', 'quotes.sha384']);
  });

  it('accepts the purpose of endorsement keys, as older certificates have it', () => {
    const older = gceAttestation({ certificate: akCertificate({ purpose: OID.tcgEkCertificate }) });
    expect(verify(older).verified).not.toBeNull();
  });

  it.each<[string, string, Uint8Array, Partial<GceOptions>?]>([
    [
      'tpm.ak.certificate',
      'another key',
      gceAttestation({ certificate: akCertificate({ key: other.publicKey }) }),
    ],
    [
      'tpm.ak.certificate.purpose',
      'another purpose',
      gceAttestation({ certificate: akCertificate({ purpose: OID.clientAuth }) }),
    ],
    [
      'tpm.ak.certificate.key-usage',
      'a key that receives secrets',
      gceAttestation({ certificate: akCertificate({ usages: [USAGE.keyEncipherment] }) }),
    ],
    [
      'tpm.ak.certificate.key-usage',
      'more than signing',
      gceAttestation({
        certificate: akCertificate({ usages: [USAGE.digitalSignature, USAGE.keyAgreement] }),
      }),
    ],
    ['tpm.ak.certificate.key-usage', 'a CA', gceAttestation({ certificate: akCertificate({ isCa: true }) })],
    [
      'tpm.ak.certificate.instance',
      'no instance',
      gceAttestation({ certificate: akCertificate({ hasInstance: false }) }),
    ],
    ['tpm.ak.certificate.instance', 'another instance', gceAttestation({ info: instanceInfo('another') })],
    [
      'tpm.ak.certificate.production',
      'a test system',
      gceAttestation({ certificate: akCertificate({ isProduction: false }) }),
    ],
    [
      'tpm.ak.certificate.production',
      'no word of it',
      gceAttestation({ certificate: akCertificate({ isProduction: null }) }),
    ],
    [
      'tpm.ak.certificate.expired',
      'yesterday',
      gceAttestation({ certificate: akCertificate({ notAfter: new Date(AT.getTime() - 1000) }) }),
    ],
    [
      'tpm.ak.certificate.chain',
      "by another's key",
      gceAttestation({ certificate: akCertificate({ privateKey: other.privateKey }) }),
    ],
    [
      'tpm.ak.certificate.revocation',
      'revoked',
      gceAttestation(),
      {
        acceptPath: ({ chain: [leaf] }) => {
          if (leaf !== undefined) throw new PathError('path_refused', 'revoked', leaf);
        },
      },
    ],
  ])('fails %s alone: %s', (id, _, bytes, options) => {
    const { findings, verified } = verify(bytes, options);
    expect(failed(findings.checks)).toEqual([id]);
    expect(verified).toBeNull();
  });

  it('fails each quote alone by its bank', () => {
    const stale = gceAttestation({ quotes: [quoteOf('sha256'), quoteOf('sha384', new Uint8Array(32))] });
    const { findings, verified } = verify(stale);
    const [only, ...more] = findings.checks.filter(({ status }) => status === 'fail');
    expect(only).toMatchObject({ id: 'tpm.quote.extra-data', where: 'quotes.sha384' });
    expect(more).toEqual([]);
    expect(verified).toBeNull();
    const weak = verify(gceAttestation({ quotes: [quoteOf('sha256'), quoteOf('sha1')] }));
    expect(failed(weak.findings.checks)).toEqual(['tpm.quote.bank']);
  });

  it('takes the key at its word without a root, and without a certificate', () => {
    const rootless = verify(gceAttestation(), { anchors: [], policy: 'authenticity' });
    expect(rootless.findings.notPerformed.map(({ id }) => id)).toEqual([
      'tpm.ak.name',
      'tpm.ak.certificate.expired',
      'tpm.ak.certificate.chain',
      'tpm.ak.certificate.revocation',
    ]);
    expect(rootless.verified?.certified).toBeNull();
    const bare = verify(gceAttestation({ certificate: null }));
    expect(bare.findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.name', 'tpm.ak.certificate']);
    expect(bare.verified?.certified).toBeNull();
  });

  it('says what it leaves unread', () => {
    const more = [5, 8, 9].map((number) => field(number, new Uint8Array(3)));
    const { findings } = verify(gceAttestation({ more }));
    const ids = findings.notPerformed.map(({ id }) => id);
    expect(ids).toEqual(['tpm.gce.canonical-event-log', 'tpm.gce.tee', 'tpm.gce.tee']);
  });
});

describe('a GCE attestation', () => {
  const quote = field(2, quoteOf('sha256'));
  it.each<[string, string, Uint8Array]>([
    ['unsupported', 'an unknown field', gceAttestation({ more: [field(10, 1)] })],
    [
      'bad_value',
      'a known field of another wire type',
      gceAttestation({ certificate: null, more: [field(6, 1)] }),
    ],
    ['duplicate', 'two certificates', gceAttestation({ more: [field(6, akCertificate())] })],
    ['duplicate', 'two keys', gceAttestation({ more: [field(1, area)] })],
    ['duplicate', 'two quotes of one bank', gceAttestation({ more: [quote] })],
    ['bad_value', 'no quote', field(1, area)],
    ['bad_value', 'no key', quote],
    ['bad_value', 'a quote without a signature', join(field(1, area), field(2, field(1, NONCE)))],
    ['bad_value', 'too many intermediates', gceAttestation({ more: Array(9).fill(field(7, NONCE)) })],
    [
      'not_canonical',
      'a number in two octets that one would hold',
      join(field(1, area), Uint8Array.of(0x92, 0)),
    ],
  ])('is refused as %s: %s', (code, _, bytes) => {
    expect(codeOf(() => parseGceAttestation(bytes))).toBe(code);
  });

  it('is refused with a PCR twice, or of another length', () => {
    const entry = (pcr: number, bytes: number) =>
      field(2, join(field(1, pcr), field(2, new Uint8Array(bytes))));
    const withPcrs = (...entries: Uint8Array[]) =>
      join(
        field(1, area),
        field(2, join(field(1, NONCE), field(2, NONCE), field(3, join(field(1, 0x0b), ...entries)))),
      );
    expect(codeOf(() => parseGceAttestation(withPcrs(entry(1, 32))))).toBe('none');
    expect(codeOf(() => parseGceAttestation(withPcrs(entry(1, 32), entry(1, 32))))).toBe('bad_value');
    expect(codeOf(() => parseGceAttestation(withPcrs(entry(1, 20))))).toBe('bad_value');
    expect(codeOf(() => parseGceAttestation(withPcrs(entry(24, 32))))).toBe('bad_value');
  });

  it('reads only the fields that a message has', () => {
    const message = { 1: { name: 'one', kind: 'varint' } } as const;
    expect(readProtobuf(field(1, 7), 'm', message).number('one')).toBe(7n);
    expect(readProtobuf(new Uint8Array(), 'm', message).number('one')).toBe(0n);
  });

  it('never proves anything else after a change, and fails only with coded errors', () => {
    const good = gceAttestation({ info: instanceInfo() });
    const proven = verify(good).verified;
    expect(proven?.certified).not.toBeNull();
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([offset, xor]) => {
        const bytes = Uint8Array.from(good);
        bytes[offset] = (bytes[offset] ?? 0) ^ xor;
        return bytes;
      });
    const cut = fc.nat(good.length - 1).map((length) => good.subarray(0, length));
    fc.assert(
      fc.property(fc.oneof(changed, cut), (bytes) => {
        try {
          const { verified } = verify(bytes);
          // The message around what is signed is nobody's: without a part of it less is proven, or the same.
          if (verified === null) return;
          for (const [bank, values] of verified.pcrs) expect(values).toEqual(proven?.pcrs.get(bank));
          if (verified.certified !== null) {
            expect(verified.certified.instance).toEqual(proven?.certified?.instance);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SextantError);
        }
      }),
      { numRuns: Math.ceil(fuzzRuns / 10) },
    );
  });
});

describeWithVectors('a genuine GCE attestation', (folder) => {
  const bytes = vector('tpm/gce/attestation-nonce9009.pb');
  const certs = joinPath(import.meta.dirname, '../../../certs/tpm.json');
  const { pins } = parsePinFile(JSON.parse(readFileSync(certs, 'utf8')));
  const cas = joinPath(folder, 'tpm/ek-ca');
  const google = (wanted: RegExp) =>
    new Map(
      readdirSync(cas)
        .filter((name) => wanted.test(name))
        .map((name) => [name, new Uint8Array(readFileSync(joinPath(cas, name)))]),
    );
  const judge = (policyName: string, collateral: ReadonlyMap<string, Uint8Array>) => {
    const policy = BUILT_IN_POLICIES.get(policyName) ?? expect.unreachable();
    const options = { at: AT, policy, nonce: Uint8Array.of(0x90, 0x09), pins, collateral };
    return judgeOffline(new Map([['attestation.pb', bytes]]), options);
  };

  it("names the machine where Google's pinned root lies in the collateral", () => {
    const judgement = judge('authenticity', google(/./));
    expect(judgement).toMatchObject({ format: 'tpm-gce', authentic: true, accepted: true });
    expect(judgement.gceInstance).toEqual({
      zone: 'us-central1-a',
      projectId: 'google.com:wuale-gcp-testing',
      projectNumber: '117478743145',
      instanceName: 'cos-test',
      instanceId: '6797026933021542085',
      isProduction: true,
    });
    expect(judgement.notPerformed.map(({ id }) => id)).not.toContain('tpm.ak.name');
    expect(judge('gate', google(/./)).checks.filter(({ status }) => status === 'fail')).toMatchObject([
      { id: 'tpm.quote.bank', where: 'quotes.sha1' },
    ]);
  });

  it('names none without, and fails where the chain has a gap', () => {
    const without = judge('authenticity', new Map());
    expect(without).toMatchObject({ authentic: true, accepted: true });
    expect(without.gceInstance).toBeUndefined();
    expect(without.notPerformed.map(({ id }) => id)).toContain('tpm.ak.certificate.chain');
    const gap = judge('authenticity', google(/root/));
    expect(gap.authentic).toBe(false);
    expect(failed(gap.checks)).toEqual(['tpm.ak.certificate.chain']);
  });

  it("does not count other makers' pinned roots", () => {
    const others = judge('authenticity', google(/keylime/));
    expect(others.gceInstance).toBeUndefined();
    expect(others.notPerformed.map(({ id }) => id)).toContain('tpm.ak.certificate.chain');
  });

  it('stands in a certificate that reads', () => {
    const { akCertificate: der } = parseGceAttestation(bytes);
    expect(parseCertificate(der ?? new Uint8Array()).extensions.others.size).toBeGreaterThan(0);
  });
});
