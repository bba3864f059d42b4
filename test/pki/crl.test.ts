import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import { writeElement, writeInteger, writeSequence, writeText } from '../../src/bytes/der-writer.ts';
import { FormatError } from '../../src/bytes/errors.ts';
import { fromHex } from '../../src/bytes/text.ts';
import { type CrlDeparture, findEntry, parseCrl } from '../../src/pki/crl.ts';
import { codeOf } from '../bytes/refusal.ts';
import { describeWithVectors, fuzzRuns } from '../vectors.ts';
import {
  type CrlOptions,
  extension,
  generalizedTime,
  issueCrl,
  type Listed,
  REVOKED_AT,
  scope,
  THIS_UPDATE,
} from './crl-issue.ts';
import { issueCa, issueLeaf, issueRoot, name } from './issue.ts';

const root = issueRoot();
const ca = issueCa(root);
const leaf = issueLeaf(ca);
const other = issueLeaf(ca, { serial: Uint8Array.of(0x7f, 0xff) });

const CRL_NUMBER = '2.5.29.20';

function listing(listed: Omit<Listed, 'revoked'>): CrlOptions {
  return { entries: [{ revoked: leaf, ...listed }] };
}

const rich = issueCrl(ca, {
  entries: [
    { revoked: leaf, reason: 1, invalidityDate: THIS_UPDATE },
    { revoked: other, certificateIssuer: root.name },
  ],
  scope: scope({
    name: { fullName: ['uri:http://crl.example/1'] },
    only: 'user',
    reasons: [1, 2],
    indirect: true,
  }),
});

describe('parsing a CRL', () => {
  it('reads every field', () => {
    const crl = parseCrl(rich);
    expect(crl).toMatchObject({
      thisUpdate: THIS_UPDATE,
      extensions: {
        crlNumber: 5n,
        deltaBase: null,
        authorityKeyIdentifier: ca.ski,
        issuingDistributionPoint: {
          name: { fullName: [{ form: 'uniformResourceIdentifier', value: 'http://crl.example/1' }] },
          onlyContainsUserCerts: true,
          onlyContainsCACerts: false,
          onlyContainsAttributeCerts: false,
          onlySomeReasons: [1, 2],
          indirectCRL: true,
        },
        unknownCritical: [],
      },
      departures: [],
    });
    const { serialNumber } = leaf.certificate;
    expect(findEntry(crl, ca.certificate.subject, serialNumber)).toEqual({
      reason: 'keyCompromise',
      revocationDate: REVOKED_AT,
      invalidityDate: THIS_UPDATE,
    });
  });

  it('lets certificateIssuer hold for the entries after it', () => {
    const third = issueLeaf(root);
    const crl = parseCrl(
      issueCrl(ca, {
        entries: [{ revoked: leaf }, { revoked: other, certificateIssuer: root.name }, { revoked: third }],
        scope: scope({ indirect: true }),
      }),
    );
    const serials = [leaf, other, third].map(({ certificate }) => certificate.serialNumber);
    const found = (issuer: typeof ca): boolean[] =>
      serials.map((serial) => findEntry(crl, issuer.certificate.subject, serial) !== undefined);
    expect(found(ca)).toEqual([true, false, false]);
    expect(found(root)).toEqual([false, true, true]);
  });

  it('lets a revocation outweigh a removal of the same certificate, in either order', () => {
    for (const reasons of [
      [1, 8],
      [8, 1],
    ]) {
      const entries = reasons.map((reason) => ({ revoked: leaf, reason }));
      const crl = parseCrl(issueCrl(ca, { entries }));
      const { subject } = ca.certificate;
      expect(findEntry(crl, subject, leaf.certificate.serialNumber)?.reason).toBe('keyCompromise');
    }
  });

  it('keeps negative, long and zero serial numbers apart', () => {
    const serials = [
      Uint8Array.of(0),
      Uint8Array.of(0xff),
      Uint8Array.of(0, 0xff),
      new Uint8Array(20).fill(0x55),
    ];
    const certificates = serials.map((serial) => issueLeaf(ca, { serial }));
    for (const listed of certificates) {
      const crl = parseCrl(issueCrl(ca, { entries: [{ revoked: listed }] }));
      const found = serials.filter((serial) => findEntry(crl, ca.certificate.subject, serial) !== undefined);
      expect(found).toEqual([listed.certificate.serialNumber]);
    }
  });

  const expired = [writeText(TAG.utcTime, '250101000000Z')];
  const entryWithoutExtensions = writeSequence(
    writeSequence(writeInteger(1), writeText(TAG.utcTime, '250101000000Z'), writeSequence()),
  );

  it.each<readonly [string, CrlOptions, string]>([
    ['version 3', { version: 3 }, 'bad_value'],
    ['another algorithm outside the signature', { outerAlgorithm: 'ecdsa-sha384' }, 'bad_value'],
    ['a certificateIssuer without indirectCRL', listing({ certificateIssuer: name('x') }), 'bad_value'],
    ['reason 7, which has no meaning', listing({ reason: 7 }), 'bad_value'],
    ['reason 11', listing({ reason: 11 }), 'bad_value'],
    ['an extension that stands twice', { extensions: [extension(CRL_NUMBER, writeInteger(1))] }, 'duplicate'],
    [
      'an entry extension that stands twice',
      listing({ reason: 1, extensions: [extension('2.5.29.21', writeInteger(1, TAG.enumerated))] }),
      'duplicate',
    ],
    ['a negative CRL number', { number: -1 }, 'bad_value'],
    [
      'a CRL number of 21 octets',
      { number: null, extensions: [extension(CRL_NUMBER, writeInteger(1n << 160n))] },
      'too_long',
    ],
    ['an empty list of an entry’s extensions', { list: entryWithoutExtensions }, 'bad_value'],
    [
      'a scope that spells out a default',
      { scope: writeSequence(writeElement(0x81, Uint8Array.of(0))) },
      'not_canonical',
    ],
    ['bytes after an extension', { scope: new Uint8Array([...scope({}), 0]) }, 'trailing_data'],
    ['a date that no calendar has', { times: [writeText(TAG.utcTime, '250230000000Z')] }, 'bad_value'],
    ['a date with an offset', { times: [writeText(TAG.utcTime, '250228000000+0000')] }, 'too_long'],
    ['three dates', { times: [...expired, ...expired, ...expired] }, 'trailing_data'],
    ['extensions of an entry in version 1', { version: 1, ...listing({ reason: 1 }) }, 'bad_value'],
  ])('refuses %s', (_, options, code) => {
    expect(codeOf(() => parseCrl(issueCrl(ca, options)))).toBe(code);
  });

  it.each<readonly [CrlDeparture, CrlOptions]>([
    ['entries_empty', { list: writeSequence() }],
    ['crl_number_missing', { number: null }],
    ['crl_number_critical', { numberCritical: true }],
    ['authority_key_identifier_missing', { authorityKeyIdentifier: null }],
    ['generalized_time_early', { times: [...expired, generalizedTime(THIS_UPDATE)] }],
  ])('notes %s and reads on', (departure, options) => {
    expect(parseCrl(issueCrl(ca, options)).departures).toEqual([departure]);
  });

  it('notes version 1 and a missing next update', () => {
    const crl = parseCrl(issueCrl(ca, { version: 1, nextUpdate: null }));
    expect(crl.departures).toContain('version_1');
    expect(crl.nextUpdate).toBeNull();
  });

  it('keeps its ceilings', () => {
    expect(codeOf(() => parseCrl(rich, { maxEntries: 2 }))).toBe('accepted');
    expect(codeOf(() => parseCrl(rich, { maxEntries: 1 }))).toBe('budget_exceeded');
    expect(codeOf(() => parseCrl(rich, { maxBytes: rich.length - 5 }))).toBe('too_long');
  });

  it('refuses every proper beginning, and appended bytes', () => {
    for (let length = 0; length < rich.length; length++) {
      expect(codeOf(() => parseCrl(rich.subarray(0, length)))).toBe('truncated');
    }
    expect(codeOf(() => parseCrl(new Uint8Array([...rich, 0])))).toBe('trailing_data');
  });

  it('is not changed by what happens to its input afterwards', () => {
    const input = rich.slice();
    const crl = parseCrl(input);
    input.fill(0);
    expect(crl.tbs[0]).toBe(TAG.sequence);
  });

  it('fails on mutated and random bytes only with its own error', () => {
    const mutated = fc.tuple(fc.nat(rich.length - 1), fc.nat(255)).map(([at, octet]) => {
      const bytes = rich.slice();
      bytes[at] = octet;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        try {
          parseCrl(bytes);
          return true;
        } catch (error) {
          return error instanceof FormatError;
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describeWithVectors('genuine CRLs of Intel', (folder) => {
  const cases = join(folder, 'intel/cases');
  const files = readdirSync(cases).flatMap((one) => [`${one}/rootcrl.hex`, `${one}/pckcrl.hex`]);

  it.each(files)('reads %s, which keeps to RFC 5280', (file) => {
    const crl = parseCrl(fromHex(readFileSync(join(cases, file), 'utf8').trim(), 'crl'));
    expect(crl.departures).toEqual([]);
    expect(crl.nextUpdate?.getTime()).toBeGreaterThan(crl.thisUpdate.getTime());
    for (const entries of crl.entries.values()) expect(entries.size).toBeGreaterThan(0);
  });
});
