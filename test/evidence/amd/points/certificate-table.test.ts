import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes/text.ts';
import { parseCertificateTable, readCertificateTable } from '../../../../src/evidence/amd/index.ts';
import { CERTIFICATE_GUID, marshalCertificateTable } from '../../../../src/forge/amd/certificate-table.ts';
import { forgeSnpPlatform } from '../../../../src/forge/amd/platform.ts';
import { writePem } from '../../../../src/pki/index.ts';
import { fuzzRuns } from '../../../vectors.ts';
import { codeOf } from '../../tpm/code-of.ts';
import { at, failures, genoa, verify } from './forged.ts';

const ENTRY = 24;
/** DER enough for a table, which looks no further than the first byte. */
const der = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill).with(0, 0x30);
const UNKNOWN = '00112233-4455-6677-8899-aabbccddeeff';

type Entry = { readonly guid: string; readonly offset: number; readonly length: number };

/** A table of just these entries, terminated, and the bytes behind it. */
function table(entries: readonly Entry[], behind: Uint8Array, terminator = true): Uint8Array {
  const heads = entries.map(({ guid, offset, length }) => {
    const head = Buffer.alloc(ENTRY);
    head.set(fromHex(guid.replaceAll('-', ''), 'guid'));
    head.writeUInt32LE(offset, 16);
    head.writeUInt32LE(length, 20);
    return head;
  });
  return new Uint8Array(Buffer.concat([...heads, new Uint8Array(terminator ? ENTRY : 0), behind]));
}

const { vcek, ask, ark, crl } = CERTIFICATE_GUID;

describe('the table that a host hands over', () => {
  it('gives the certificates that verify a report, in the order of its entries', () => {
    for (const signingKey of ['vcek', 'vlek'] as const) {
      const platform = forgeSnpPlatform({ at, signingKey });
      const certificates = parseCertificateTable(platform.auxblob());
      expect(certificates.map(toHex)).toEqual(platform.certificates().map(toHex));
      expect(failures(verify(platform, { certificates }))).toEqual([]);
    }
  });

  it('gives the CRL where there is one, and passes over what it does not know', () => {
    const blob = marshalCertificateTable([
      { guid: UNKNOWN, bytes: Uint8Array.of(1, 2, 3) },
      { guid: crl, bytes: der(5) },
      { guid: ark, bytes: der(6) },
    ]);
    const read = readCertificateTable(blob);
    expect(read.crl).toEqual(der(5));
    expect(read.certificates).toEqual([der(6)]);
    expect(read.unknown).toEqual([UNKNOWN.replaceAll('-', '')]);
  });

  it('may hold its certificates in PEM, several in one entry', () => {
    const [leaf, ...above] = genoa.certificates();
    const text = (ders: readonly Uint8Array[]) =>
      new TextEncoder().encode(ders.map((one) => writePem(one)).join(''));
    const blob = marshalCertificateTable([
      { guid: vcek, bytes: leaf ?? new Uint8Array() },
      { guid: ask, bytes: text(above) },
    ]);
    expect(parseCertificateTable(blob).map(toHex)).toEqual(genoa.certificates().map(toHex));
    const empty = marshalCertificateTable([{ guid: ask, bytes: new TextEncoder().encode('no certificate') }]);
    expect(codeOf(() => parseCertificateTable(empty))).toBe('bad_value');
  });

  it('may hold nothing at all', () => {
    expect(parseCertificateTable(new Uint8Array(ENTRY))).toEqual([]);
    expect(parseCertificateTable(new Uint8Array(4096))).toEqual([]);
  });

  it('may name what it holds in the byte order of EFI', () => {
    const blob = genoa.auxblob();
    for (let entry = 0; entry < 3; entry++) {
      const guid = blob.subarray(entry * ENTRY, entry * ENTRY + 16);
      for (const [from, to] of [
        [0, 4],
        [4, 6],
        [6, 8],
      ]) {
        guid.subarray(from, to).reverse();
      }
    }
    expect(parseCertificateTable(blob).map(toHex)).toEqual(genoa.certificates().map(toHex));
  });

  it('keeps what it has read when the caller changes the bytes afterwards', () => {
    const blob = genoa.auxblob();
    const certificates = parseCertificateTable(blob);
    blob.fill(0);
    expect(certificates.map(toHex)).toEqual(genoa.certificates().map(toHex));
  });
});

describe('a table that lies', () => {
  const one = (offset: number, length: number, behind = der(8)) =>
    codeOf(() => parseCertificateTable(table([{ guid: vcek, offset, length }], behind)));
  const start = 2 * ENTRY;

  it('is right to begin with', () => expect(one(start, 8)).toBe('none'));

  it.each([
    ['points before itself', 0, 8, 'bad_value'],
    ['points into itself', start - 1, 8, 'bad_value'],
    ['points into its terminator', ENTRY, 8, 'bad_value'],
    ['points past its end', start, 9, 'truncated'],
    ['points at its end', start + 8, 1, 'truncated'],
    ['points far past its end', 0xffff_ffff, 8, 'truncated'],
    ['has the greatest length', start, 0xffff_ffff, 'truncated'],
    ['adds up to nothing in 32 bits', 0xffff_fff8, 16, 'truncated'],
    ['holds an empty entry', start, 0, 'bad_value'],
    ['leaves bytes uncovered before its entry', start + 1, 7, 'trailing_data'],
    ['leaves bytes uncovered behind its entry', start, 7, 'trailing_data'],
  ] as const)('%s', (_, offset, length, code) => expect(one(offset, length)).toBe(code));

  it('has no end', () => {
    const whole = genoa.auxblob();
    for (let length = 0; length < 4 * ENTRY; length++) {
      expect(codeOf(() => parseCertificateTable(whole.subarray(0, length)))).toBe('truncated');
    }
    const entries = [{ guid: vcek, offset: ENTRY, length: 8 }];
    expect(codeOf(() => parseCertificateTable(table(entries, new Uint8Array(), false)))).toBe('truncated');
  });

  it('is cut anywhere before its padding', () => {
    const whole = genoa.auxblob();
    const used = whole.findLastIndex((octet) => octet !== 0);
    for (let length = 4 * ENTRY; length <= used; length += 11) {
      expect(codeOf(() => parseCertificateTable(whole.subarray(0, length)))).toBe('truncated');
    }
  });

  it('ends in an entry that is not zero', () => {
    const entries = [
      { guid: vcek, offset: 3 * ENTRY, length: 8 },
      { guid: '0'.repeat(32), offset: 1, length: 0 },
    ];
    expect(codeOf(() => parseCertificateTable(table(entries, der(8))))).toBe('bad_value');
    const other = entries.with(1, { guid: '0'.repeat(32), offset: 0, length: 8 });
    expect(codeOf(() => parseCertificateTable(table(other, der(8))))).toBe('bad_value');
  });

  it('holds one thing twice, in whichever byte order', () => {
    const swapped = '8d75da6364e66445adc5f4b93be8accd';
    for (const guid of [vcek, swapped]) {
      const entries = [
        { guid: vcek, offset: 3 * ENTRY, length: 8 },
        { guid, offset: 3 * ENTRY + 8, length: 8 },
      ];
      const blob = table(entries, Buffer.concat([der(8), der(8)]));
      expect(codeOf(() => parseCertificateTable(blob))).toBe('duplicate');
    }
  });

  it.each([0, 1, 7, -1, -7])('lets two entries overlap, by an offset of %s', (by) => {
    const entries = [
      { guid: vcek, offset: 3 * ENTRY + 8, length: 8 },
      { guid: ask, offset: 3 * ENTRY + 8 + by, length: 8 },
    ];
    const blob = table(entries, Buffer.concat([der(8), der(16)]));
    expect(codeOf(() => parseCertificateTable(blob))).not.toBe('none');
  });

  it('may hold its contents in another order than its entries', () => {
    const entries = [
      { guid: vcek, offset: 3 * ENTRY + 8, length: 8 },
      { guid: ask, offset: 3 * ENTRY, length: 8 },
    ];
    const blob = table(entries, Buffer.concat([der(8, 1), der(8, 2)]));
    expect(parseCertificateTable(blob)).toEqual([der(8, 2), der(8, 1)]);
  });

  it('hides something in its padding', () => {
    const blob = marshalCertificateTable([{ guid: vcek, bytes: der(8) }], 'pages');
    expect(blob).toHaveLength(4096);
    expect(parseCertificateTable(blob)).toEqual([der(8)]);
    expect(codeOf(() => parseCertificateTable(blob.with(-1, 1)))).toBe('trailing_data');
  });

  it('has more entries than any host needs', () => {
    const many = (count: number): Uint8Array => {
      const first = (count + 1) * ENTRY;
      const entries = Array.from({ length: count }, (_, index) => ({
        guid: (index + 1).toString(16).padStart(32, '0'),
        offset: first + index,
        length: 1,
      }));
      return table(entries, new Uint8Array(count).fill(1));
    };
    expect(codeOf(() => parseCertificateTable(many(64)))).toBe('none');
    expect(codeOf(() => parseCertificateTable(many(65)))).toBe('budget_exceeded');
  });

  it('is larger than Linux lets it be', () => {
    expect(codeOf(() => parseCertificateTable(new Uint8Array(1 << 20)))).toBe('none');
    expect(codeOf(() => parseCertificateTable(new Uint8Array((1 << 20) + 1)))).toBe('too_long');
  });

  it('reads or refuses whatever it is given, and nothing else happens', () => {
    const genuine = genoa.auxblob();
    const change = fc.tuple(fc.nat(4 * ENTRY + 16), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const blob = genuine.slice();
        for (const [offset, value] of changes) blob[offset] = value;
        codeOf(() => readCertificateTable(blob));
      }),
      { numRuns: fuzzRuns },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (blob) => {
        codeOf(() => readCertificateTable(blob));
      }),
      { numRuns: fuzzRuns },
    );
  });
});
