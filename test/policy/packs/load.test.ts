import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../../../src/bytes/text.ts';
import {
  analysePack,
  evaluatePack,
  loadPack,
  PACK_FILES,
  PACK_FINDING_CODES,
  PackError,
  packDigest,
  parsePack,
  parsePackFiles,
  type RulePack,
} from '../../../src/policy/packs/index.ts';
import { BASE, filesOf, packIn } from './shipped.ts';

const base = packIn(BASE);
const text = (file: string): string => new TextDecoder().decode(filesOf(BASE).get(file));

const NOTES =
  '@id("sane") @code("tiny.not-sane") @kind("unproven") @sentence("It is not.") @mend("Make it so.")';
const OTHER =
  '@id("few") @code("tiny.too-many") @kind("violated") @sentence("Too many.") @mend("Ask for less.")';
const SCHEMA = `entity Consignee; entity Licence;
action "use" appliesTo { principal: Consignee, resource: Licence, context: {
  facility: { authorised: Bool }, chips: { totalTpp: Long }, data: { limits: { cap: Long, factor: Long } } } };`;
const POLICIES = `${NOTES} permit (principal, action, resource) when { context.facility.authorised };
${OTHER} forbid (principal, action, resource) unless { context.chips.totalTpp <= context.data.limits.cap * context.data.limits.factor };`;
const INPUT = {
  action: 'use',
  licence: { id: 'l' },
  consignee: { id: 'c' },
  facility: { authorised: true },
  chips: [{ model: 'A100', quantity: 2 }],
};
const test = (name: string, outcome: 'allow' | 'deny', codes: string[], set = {}) => ({
  name,
  set,
  remove: [],
  outcome,
  codes,
});
const TESTS = [
  test('all well', 'allow', []),
  test('not sane', 'deny', ['tiny.not-sane'], { 'facility.authorised': false }),
  test('too many', 'deny', ['tiny.too-many'], { chips: [{ model: 'A100', quantity: 3 }] }),
];
/** The smallest pack with a permit, a forbid, figures of its own and a count. */
const tiny: RulePack = {
  manifest: base.manifest,
  schema: SCHEMA,
  policies: POLICIES,
  data: {
    countries: {},
    lists: {},
    limits: { cap: 4992, factor: 2 },
    chips: { A100: { tpp: 4992, format: 'fp16', source: 'computed', ruleVersion: '2026' } },
  },
  tests: { input: INPUT, tests: TESTS },
};
const swap = (member: 'schema' | 'policies', from: string, to: string): RulePack => {
  if (!tiny[member].includes(from)) throw new Error(`${member} lacks ${from}`);
  return { ...tiny, [member]: tiny[member].replace(from, to) };
};
const codesOf = (pack: RulePack): string[] => [
  ...new Set(analysePack(pack).findings.map(({ code }) => code)),
];

/** Each fault alone. */
const FAULTS: readonly (readonly [code: string, what: string, pack: RulePack])[] = [
  ['pack.schema', 'a schema that does not parse', { ...tiny, schema: 'entity' }],
  ['pack.schema', 'another principal', swap('schema', 'principal: Consignee', 'principal: Licence')],
  ['pack.schema', 'another action', swap('schema', '"use"', '"export"')],
  ['pack.schema', 'a namespace', { ...tiny, schema: `${SCHEMA} namespace N { entity X; }` }],
  ['pack.schema', 'no action', { ...tiny, schema: 'entity Consignee; entity Licence;' }],
  ['pack.optional-attribute', 'an optional attribute', swap('schema', 'authorised:', 'authorised?:')],
  ['pack.unsupported-type', 'a date', swap('schema', 'cap: Long', 'cap: Long, day: datetime')],
  ['pack.unsupported-type', 'an entity', swap('schema', 'cap: Long', 'cap: Long, who: Licence')],
  ['pack.data', 'data that are not there', swap('schema', 'cap: Long', 'cap: Long, other: Long')],
  ['pack.policies', 'policies that do not parse', { ...tiny, policies: 'permit' }],
  [
    'pack.template',
    'a template',
    { ...tiny, policies: `${POLICIES} ${NOTES} permit (principal == ?principal, action, resource);` },
  ],
  ['pack.duplicate-id', 'an id twice', { ...tiny, policies: `${POLICIES}\n${POLICIES}` }],
  ['pack.no-permit', 'no permit', { ...tiny, policies: POLICIES.slice(POLICIES.indexOf(OTHER)) }],
  ['pack.unconditional-permit', 'no condition', swap('policies', 'when { context.facility.authorised }', '')],
  ['pack.unconditional-permit', 'a constant', swap('policies', 'context.facility.authorised', 'true')],
  [
    'pack.unconditional-permit',
    'no condition of the request',
    swap('policies', 'context.facility.authorised', '1 < 2'),
  ],
  [
    'pack.validation',
    'another type',
    swap('policies', 'context.facility.authorised', 'context.facility.authorised == 1'),
  ],
  [
    'pack.validation',
    'an attribute that the schema lacks',
    swap('policies', 'facility.authorised', 'facility.tier'),
  ],
  [
    'pack.test-failed',
    'a test that fails',
    { ...tiny, tests: { input: INPUT, tests: [...TESTS, test('no', 'deny', [])] } },
  ],
  [
    'pack.test-failed',
    'a test with one code too many',
    { ...tiny, tests: { input: INPUT, tests: [...TESTS, test('no', 'allow', ['x'])] } },
  ],
  [
    'pack.untested',
    'a forbid that no test reaches',
    { ...tiny, tests: { input: INPUT, tests: TESTS.slice(0, 2) } },
  ],
  [
    'pack.untested',
    'a permit that no test misses',
    { ...tiny, tests: { input: INPUT, tests: [...TESTS.slice(0, 1), ...TESTS.slice(2)] } },
  ],
  [
    'pack.untested',
    'a condition that always holds',
    {
      ...swap(
        'policies',
        'context.facility.authorised',
        'context.facility.authorised == context.facility.authorised',
      ),
      tests: { input: INPUT, tests: [...TESTS.slice(0, 1), ...TESTS.slice(2)] },
    },
  ],
  ...[
    '@id("few")',
    '@code("tiny.too-many")',
    '@kind("violated")',
    '@sentence("Too many.")',
    '@mend("Ask for less.")',
  ].map((note) => ['pack.annotation', `without ${note}`, swap('policies', note, '')] as const),
  ['pack.annotation', "a code of the gate's", swap('policies', 'tiny.too-many', 'party.denied')],
  ['pack.annotation', 'a code of the evaluation', swap('policies', 'tiny.too-many', 'pack.error')],
  ['pack.annotation', 'an unknown kind', swap('policies', '"violated"', '"unavailable"')],
  [
    'pack.too-complex',
    'brackets',
    swap('policies', 'context.facility.authorised', `${'('.repeat(60)}true${')'.repeat(60)}`),
  ],
  ['pack.annotation', 'an unknown annotation', swap('policies', '@mend', '@note("x") @mend')],
];

describe('a rule pack on load', () => {
  it('holds where nothing is wrong', () => {
    expect(analysePack(tiny).findings).toEqual([]);
  });

  it.each(FAULTS)('%s: %s', (code, _what, pack) => {
    expect(codesOf(pack)).toEqual([code]);
    expect(() => loadPack(pack)).toThrow(PackError);
  });

  it('has a case for every fault', () => {
    expect([...new Set(FAULTS.map(([code]) => code))].sort()).toEqual([...PACK_FINDING_CODES].sort());
  });
});

describe('a rule pack that is asked', () => {
  it("denies on an error of Cedar's, which itself would skip the forbid and allow", () => {
    const huge = { ...tiny, data: { ...tiny.data, limits: { cap: 2 ** 52, factor: 2 ** 52 } } };
    const { loaded } = analysePack(huge);
    const { outcome, reasons } = evaluatePack(loaded, INPUT);
    expect([outcome, reasons.map(({ code }) => code)]).toEqual(['deny', ['pack.error']]);
  });

  it.each([
    ['pack.input-invalid', { ...INPUT, surprise: 1 }],
    ['pack.input-invalid', { ...INPUT, chips: [{ model: 'A100', quantity: -1 }] }],
    ['pack.input-invalid', { ...INPUT, chips: { totalTpp: 1 } }],
    ['pack.action-not-decided', { ...INPUT, action: 'allocate' }],
    ['pack.chip-unknown', { ...INPUT, chips: [{ model: 'constructor', quantity: 1 }] }],
    ['pack.attribute-missing', { ...INPUT, facility: {} }],
    ['pack.attribute-missing', { ...INPUT, chips: [{ model: 'A100', quantity: Number.MAX_SAFE_INTEGER }] }],
  ])('denies with %s', (code, input) => {
    const { outcome, reasons } = evaluatePack(loadPack(tiny), input);
    expect([outcome, reasons.map((reason) => reason.code)]).toEqual(['deny', [code]]);
  });
});

describe('a rule pack in files', () => {
  it('is named by every member', () => {
    const files = filesOf(BASE);
    const digests = new Set([packDigest(base)]);
    for (const name of PACK_FILES) {
      const changed = name.endsWith('.json') ? text(name).replace(/([a-z])"/, '$1x"') : `${text(name)}\n`;
      const copy = new Map(files);
      copy.set(name, toUtf8(changed, name));
      try {
        digests.add(packDigest(parsePackFiles(copy)));
      } catch {
        // A member's own name was changed, and is refused: no other pack has this name either.
        digests.add(name);
      }
    }
    expect(digests.size).toBe(PACK_FILES.length + 1);
    expect(packDigest(parsePack(JSON.parse(JSON.stringify(base))))).toBe(packDigest(base));
  });

  it.each([
    [
      'unsupported',
      'README.md',
      (files: Map<string, Uint8Array>) => files.set('README.md', new Uint8Array()),
    ],
    ['truncated', 'data.json', (files: Map<string, Uint8Array>) => files.delete('data.json')],
    [
      'too_long',
      'schema.cedarschema',
      (files: Map<string, Uint8Array>) => files.set('schema.cedarschema', new Uint8Array(300_000)),
    ],
    [
      'bad_value',
      'policies.cedar',
      (files: Map<string, Uint8Array>) => files.set('policies.cedar', Uint8Array.of(0xff)),
    ],
    [
      'duplicate',
      'data.json',
      (files: Map<string, Uint8Array>) => files.set('data.json', toUtf8('{"a":1,"a":2}', '')),
    ],
    ['bad_value', 'data', (files: Map<string, Uint8Array>) => files.set('data.json', toUtf8('{"a":1}', ''))],
  ])('is refused: %s in %s', (code, path, change) => {
    const files = filesOf(BASE);
    change(files);
    expect(() => parsePackFiles(files)).toThrow(
      expect.objectContaining({ code, path: expect.stringContaining(path) }),
    );
  });

  it('is read or refused, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PACK_FILES), fc.uint8Array({ maxLength: 200 }), (name, bytes) => {
        const files = filesOf(BASE).set(name, bytes);
        try {
          parsePackFiles(files);
        } catch (error) {
          expect(error).toMatchObject({ name: 'FormatError' });
        }
      }),
      { numRuns: 100 },
    );
  });
});
