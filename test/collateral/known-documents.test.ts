import { describe, expect, it } from 'vitest';
import { KnownDocuments } from '../../src/collateral/known-documents.ts';
import type { CollateralMetadata } from '../../src/collateral/port.ts';

const AT = new Date('2026-03-01T00:00:00Z');
const days = (count: number): Date => new Date(AT.getTime() + count * 86_400_000);

const document = (fetchedAt: Date, nextUpdate: Date | null): CollateralMetadata => ({
  key: { kind: 'intel-root-crl', name: 'root' },
  sha256: '',
  chainSha256: null,
  fetchedAt,
  issuedAt: days(-10),
  nextUpdate,
  evaluationNumber: null,
  source: 'import',
});

describe('what is known of documents in use', () => {
  it.each([
    ['the older seen first', [document(days(-9), days(-1)), document(days(-2), days(20))]],
    ['the older seen last', [document(days(-2), days(20)), document(days(-9), days(-1))]],
  ])('is the version that was fetched last: %s', (_, seen) => {
    const known = new KnownDocuments();
    for (const each of seen) known.note(each);
    expect(known.status(AT)).toMatchObject({
      documents: { current: 1, expired: 0 },
      nextExpiry: days(20),
    });
  });

  it('leaves out what says of itself how long it is valid', () => {
    const known = new KnownDocuments();
    known.note(document(AT, null));
    expect(known.status(AT)).toEqual({ documents: { current: 0, due: 0, expired: 0 }, nextExpiry: null });
  });
});
