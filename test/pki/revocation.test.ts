import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/bytes/budget.ts';
import { fromHex } from '../../src/bytes/text.ts';
import {
  anchorFromCertificate,
  demandUnrevoked,
  HARDWARE_POLICY,
  parseCertificate,
  parseCrl,
  parsePem,
  type RevocationInput,
  verifyPath,
  verifyRevocation,
} from '../../src/pki/index.ts';
import { codeOf } from '../bytes/refusal.ts';
import { describeWithVectors, fuzzRuns } from '../vectors.ts';
import { issueCrl } from './crl-issue.ts';
import { type Issued, issueCa, issueLeaf, newKey, T0 } from './issue.ts';
import { issueOcsp } from './ocsp-issue.ts';
import { answerOf, answers, ask, ca, caCrl, leaf, root, rootCrl } from './revocation-case.ts';

const revoking = issueCrl(ca, { entries: [{ revoked: leaf, reason: 1 }] });
const good = issueOcsp(ca, [{ subject: leaf, issuer: ca }]);

describe('revocation', () => {
  it('takes revoked by either source before good by the other', () => {
    expect(answers({ ocsp: [good], crls: [revoking] })[0]).toBe('revoked: keyCompromise');
    const bad = issueOcsp(ca, [{ subject: leaf, issuer: ca, status: { reason: 4 } }]);
    expect(answers({ ocsp: [bad], crls: [caCrl] })[0]).toBe('revoked: superseded');
  });

  it('takes good by either source, and names all on which it rests', () => {
    expect(answers({ ocsp: [good] })[0]).toBe('good');
    expect(ask({ ocsp: [good], crls: [caCrl] })[0]).toMatchObject({
      sources: [{ kind: 'ocsp' }, { kind: 'crl' }],
    });
  });

  it('says why of every source that failed, and the most telling of all', () => {
    const expired = issueCrl(ca, { nextUpdate: new Date('2025-12-31T00:00:00Z') });
    const forged = issueCrl(ca, { signer: newKey() });
    const [verdict] = ask({ crls: [expired, forged, rootCrl, new Uint8Array(3)] });
    expect(verdict).toMatchObject({
      status: 'unknown',
      why: 'crl_signature_invalid',
      failures: expect.arrayContaining([
        expect.objectContaining({ code: 'crl_malformed', source: null }),
        expect.objectContaining({ code: 'crl_expired', source: parseCrl(expired).sha256 }),
        expect.objectContaining({ code: 'crl_other_issuer', source: parseCrl(rootCrl).sha256 }),
      ]),
    });
  });

  it('takes CRLs that were parsed before', () => {
    expect(answers({ crls: [parseCrl(caCrl), parseCrl(rootCrl)] })).toEqual(['good', 'good']);
  });

  it('gives no verdict of the anchor', () => {
    expect(answers({ chain: [ca, root], crls: [rootCrl] })).toEqual(['good']);
  });

  it.each<readonly [string, Partial<RevocationInput>]>([
    ['instant', { at: new Date(Number.NaN) }],
    ['skew', { skewMs: Number.NaN }],
    ['negative skew', { skewMs: -1 }],
    ['age', { ocspMaxAgeMs: Number.NaN }],
    ['lead', { ocspAheadMs: Number.NaN }],
    ['negative lead', { ocspAheadMs: -1 }],
    ['endless age', { ocspMaxAgeMs: Number.POSITIVE_INFINITY }],
  ])('is not judged by an %s that is none', (_, input) => {
    expect(codeOf(() => ask({ crls: [caCrl], ...input }))).toBe('bad_value');
  });

  it('verifies each CRL once for each key, however many certificates it covers', () => {
    const budget = new Budget();
    const second = issueCa(ca, { subject: 'second' });
    const third = issueLeaf(second);
    expect(
      answers({ chain: [third, second, ca, root], crls: [rootCrl, caCrl, issueCrl(second)], budget }),
    ).toEqual(['good', 'good', 'good']);
    expect(budget.spent('signatures')).toBe(3);
  });

  it('knows nothing once its budget is spent', () => {
    const budget = new Budget({ signatures: 1 });
    expect(answers({ crls: [caCrl, rootCrl], budget })).toEqual(['good', 'budget_exceeded']);
    expect(answers({ crls: [caCrl, rootCrl], budget: new Budget({ nodes: 0 }) })[0]).toBe('budget_exceeded');
    const ocsp = new Budget({ signatures: 0 });
    expect(answers({ ocsp: [good], budget: ocsp })[0]).toBe('budget_exceeded');
  });

  it('answers a flood of forged CRLs within its budget', () => {
    const crls = Array.from({ length: 300 }, (_, number) => issueCrl(ca, { number, signer: leaf.key }));
    const budget = new Budget();
    expect(answers({ crls, budget })[0]).toBe('budget_exceeded');
    expect(budget.spent('signatures')).toBeLessThan(700);
  });

  it('never clears a revoked certificate by mutated or random bytes', () => {
    const sources = [revoking, issueOcsp(ca, [{ subject: leaf, issuer: ca, status: {} }])];
    const mutated = fc
      .tuple(fc.constantFrom(...sources), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }))
      .map(([source, at, patch]) => {
        const bytes = source.slice();
        bytes.set(patch, at % (bytes.length - patch.length));
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        return answers({ crls: [bytes], ocsp: [bytes] })[0] !== 'good';
      }),
      { numRuns: Math.ceil(fuzzRuns / 2) },
    );
  });
});

describe('a path that must be unrevoked', () => {
  const search = (input: Partial<RevocationInput>, more: readonly Issued[] = []): string => {
    try {
      const path = verifyPath({
        leaf: leaf.certificate,
        intermediates: [ca, ...more].map(({ certificate }) => certificate),
        anchors: [anchorFromCertificate(root.certificate)],
        at: T0,
        policy: HARDWARE_POLICY,
        acceptPath: (path) => demandUnrevoked(path, { at: T0, ...input }),
      });
      return path.chain.map(({ sha256 }) => sha256).join();
    } catch (error) {
      return Object(error).code;
    }
  };
  const through = (issuer: Issued): string => `${leaf.certificate.sha256},${issuer.certificate.sha256}`;

  it('is found where every certificate is good', () => {
    expect(search({ crls: [caCrl, rootCrl] })).toBe(through(ca));
  });

  it('is refused where one is revoked or unknown', () => {
    expect(search({ crls: [revoking, rootCrl] })).toBe('path_refused');
    expect(search({ crls: [caCrl] })).toBe('path_refused');
    expect(search({})).toBe('path_refused');
  });

  it('leads around a revoked cross-certificate', () => {
    const renewed = issueCa(root, { key: ca.key });
    const crls = [caCrl, issueCrl(root, { entries: [{ revoked: ca, reason: 4 }] })];
    expect(search({ crls }, [renewed])).toBe(through(renewed));
    expect(search({ crls })).toBe('path_refused');
  });
});

describeWithVectors('genuine chains of Intel', (folder) => {
  const cases = join(folder, 'intel/cases');
  const read = (file: string): string => readFileSync(join(cases, file), 'utf8').trim();
  const crlsOf = (one: string): Uint8Array[] =>
    ['rootcrl.hex', 'pckcrl.hex'].map((file) => fromHex(read(`${one}/${file}`), file));

  function verdictsOf(one: string, crls: readonly Uint8Array[], at: Date): string[] {
    const [end, ...above] = parsePem(read(`${one}/pckchain.pem`)).map((der) => parseCertificate(der));
    const anchor = above.pop();
    if (end === undefined || anchor === undefined) throw new Error('a PCK chain has three certificates');
    const anchors = [anchorFromCertificate(anchor)];
    const path = verifyPath({ leaf: end, intermediates: above, anchors, at, policy: HARDWARE_POLICY });
    return verifyRevocation(path, { crls, at }).map(answerOf);
  }

  const dated = readdirSync(cases).map((one) => {
    const updates = crlsOf(one).map((crl) => parseCrl(crl).thisUpdate.getTime());
    return [one, new Date(Math.max(...updates) + 1000)] as const;
  });

  it.each(dated)('of %s are unrevoked by the CRLs of their day', (one, at) => {
    expect(verdictsOf(one, crlsOf(one), at)).toEqual(['good', 'good']);
  });

  it('are unknown after the CRL of the platform CA has grown old', () => {
    const at = new Date('2025-12-01T00:00:00Z');
    expect(verdictsOf('phala_tdx_quote', crlsOf('phala_tdx_quote'), at)).toEqual(['crl_expired', 'good']);
  });

  it.each([
    ['col_pckcrl_empty', 'crl_malformed'],
    ['col_pckcrl_is_rootcrl', 'crl_other_issuer'],
    ['col_pckcrl_wrong_ca_processor', 'crl_other_issuer'],
  ])('are unknown by the CRL of %s', (mutation, code) => {
    const [rootOnly = new Uint8Array()] = crlsOf('phala_tdx_quote');
    const crl = fromHex(read(`../mutations/${mutation}/pckcrl.hex`), 'crl');
    expect(verdictsOf('phala_tdx_quote', [rootOnly, crl], new Date('2025-06-21T00:00:00Z'))[0]).toBe(code);
  });
});
