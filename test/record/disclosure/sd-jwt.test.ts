import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import type { JsonValue } from '../../../src/bytes/json.ts';
import { readManifestKey } from '../../../src/evidence/manifest/keys.ts';
import { digestOf, fold, parseDisclosure, splitSdJwt, unfold } from '../../../src/record/disclosure/index.ts';
import { isSignedBy, parseJws } from '../../../src/record/grant/jws.ts';
import { DIGESTS, DISCLOSURES, ISSUER_KEY, JWT } from './rfc9901.ts';

const LIMITS = { path: 'jwt', maxBytes: 10_000, maxNodes: 1_000 };
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const text = (value: JsonValue): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The code with which it is refused. */
function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('the examples of RFC 9901', () => {
  it('have the digests that it states', () => {
    for (const [disclosure, digest] of DIGESTS) expect(digestOf(disclosure)).toBe(digest);
    expect(parseDisclosure(DIGESTS[0][0])).toEqual({ of: 'object', name: 'family_name', value: 'Möbius' });
    expect(parseDisclosure(DIGESTS[1][0])).toEqual({ of: 'array', value: 'FR' });
  });

  it('verify, and unfold to the claims that it states', () => {
    const { familyName, address, givenName, nationalityUs } = DISCLOSURES;
    const shown = `${[JWT, familyName, address, givenName, nationalityUs].join('~')}~`;
    const { jwt, disclosures, keyBinding, bound } = splitSdJwt(shown);
    expect([keyBinding, bound]).toEqual([null, shown]);
    const jws = parseJws(jwt, 'kid', LIMITS);
    expect(isSignedBy(jws, readManifestKey(ISSUER_KEY))).toBe(true);
    expect(unfold(jws.payload, disclosures)).toMatchObject({
      iss: 'https://issuer.example.com',
      sub: 'user_42',
      given_name: 'John',
      family_name: 'Doe',
      address: { street_address: '123 Main St', locality: 'Anytown', region: 'Anystate', country: 'US' },
      nationalities: ['US'],
    });
    const { nationalities, ...none } = unfold(jws.payload, []);
    expect(nationalities).toEqual([]);
    expect(Object.keys(none).sort()).toEqual(['cnf', 'exp', 'iat', 'iss', 'sub']);
  });
});

describe('unfolding', () => {
  const claim = text(['salt', 'level', 'G2']);
  const element = text(['salt', 'dev_1']);
  const of = (...disclosures: readonly string[]): JsonValue[] => disclosures.map(digestOf);

  it('goes into what was disclosed itself', () => {
    const inner = text(['salt', 'country', 'IS']);
    const outer = text(['salt', 'area', { _sd: of(inner) }]);
    expect(unfold({ _sd: of(outer) }, [outer, inner])).toEqual({ area: { country: 'IS' } });
    expect(unfold({ _sd: of(outer) }, [outer])).toEqual({ area: {} });
    expect(unfold({ devices: [{ '...': digestOf(element) }, 'open'] }, [element])).toEqual({
      devices: ['dev_1', 'open'],
    });
  });

  it.each<{ what: string; code: string; payload: JsonValue; disclosures: readonly string[] }>([
    {
      what: 'a digest that stands twice',
      code: 'duplicate',
      payload: { _sd: of(claim, claim) },
      disclosures: [],
    },
    {
      what: 'a disclosure that is shown twice',
      code: 'duplicate',
      payload: { _sd: of(claim) },
      disclosures: [claim, claim],
    },
    { what: 'a disclosure that no digest stands for', code: 'bad_value', payload: {}, disclosures: [claim] },
    {
      what: 'a claim that is there already',
      code: 'duplicate',
      payload: { level: 'G4', _sd: of(claim) },
      disclosures: [claim],
    },
    {
      what: 'an element where a claim belongs',
      code: 'bad_value',
      payload: { _sd: of(element) },
      disclosures: [element],
    },
    {
      what: 'a claim where an element belongs',
      code: 'bad_value',
      payload: { list: [{ '...': digestOf(claim) }] },
      disclosures: [claim],
    },
    {
      what: 'an element with two members',
      code: 'bad_value',
      payload: { list: [{ '...': digestOf(element), a: 1 }] },
      disclosures: [element],
    },
    {
      what: 'a digest outside a list',
      code: 'bad_value',
      payload: { '...': digestOf(element) },
      disclosures: [element],
    },
    { what: 'digests that are no list', code: 'bad_value', payload: { _sd: 'x' }, disclosures: [] },
    { what: 'a digest that is no text', code: 'bad_value', payload: { _sd: [1] }, disclosures: [] },
    { what: 'another hash', code: 'unsupported', payload: { _sd_alg: 'sha-1' }, disclosures: [] },
    { what: 'a payload that is no object', code: 'bad_value', payload: [], disclosures: [] },
  ])('refuses $what', ({ code, payload, disclosures }) => {
    expect(refusal(() => unfold(payload, disclosures))).toBe(code);
  });

  it.each<{ what: string; value: JsonValue }>([
    { what: 'the reserved name _sd', value: ['salt', '_sd', ['x']] },
    { what: 'the reserved name ...', value: ['salt', '...', 'x'] },
    { what: 'one part', value: ['salt'] },
    { what: 'four parts', value: ['salt', 'name', 'value', 'more'] },
    { what: 'a salt that is no text', value: [1, 'name', 'value'] },
    { what: 'no list', value: { salt: 'x' } },
  ])('refuses a disclosure of $what', ({ value }) => {
    expect(refusal(() => parseDisclosure(text(value)))).toBe('bad_value');
  });

  it('refuses an algorithm that is no text, and none that can be written', () => {
    expect(refusal(() => unfold({ _sd_alg: { toString: false } }, []))).toBe('unsupported');
  });

  it('never fails otherwise, whatever a stranger discloses', () => {
    const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('_sd', '...', 'a', '_sd_alg'), value),
        fc.array(value, { maxLength: 3 }),
        (payload, values) => {
          refusal(() => unfold(payload, values.map(text)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('folding', () => {
  const chosen = { level: { level: 'G2', label: 'G2-tpm' }, date: '2026-03-01' };
  const list = { name: 'devices', items: ['dev_1', 'dev_2'] };

  it('shows nothing of what was not disclosed, and gives all of it back', () => {
    const { payload, disclosures } = fold({ always: { iss: 'x' }, chosen, list }, random);
    // Values whole, with their quotation marks: a digest may spell two letters.
    expect(JSON.stringify(payload)).not.toMatch(/"(?:G2|G2-tpm|2026-03-01|dev_[12])"/);
    const all = disclosures.map(({ disclosure }) => disclosure);
    const { devices, ...rest } = unfold(payload, all);
    expect(rest).toEqual({ iss: 'x', ...chosen });
    expect([...(devices as string[])].sort()).toEqual(list.items);
    expect(unfold(payload, [])).toEqual({ iss: 'x', devices: [] });
  });

  it('has salts of 128 bits, never the same, and decoys among the digests', () => {
    const folded = Array.from({ length: 50 }, () => fold({ always: {}, chosen, list }, random));
    const salts = folded.flatMap(({ disclosures }) =>
      disclosures.map(
        ({ disclosure }) => JSON.parse(Buffer.from(disclosure, 'base64url').toString())[0] as string,
      ),
    );
    expect(new Set(salts).size).toBe(salts.length);
    expect(salts.every((salt) => Buffer.from(salt, 'base64url').length === 16)).toBe(true);
    const counts = new Set(folded.map(({ payload }) => (payload['_sd'] as string[]).length));
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(4);
    expect(counts.size).toBeGreaterThan(1);
    for (const { payload } of folded)
      expect(payload['_sd']).toEqual([...(payload['_sd'] as string[])].sort());
  });
});
