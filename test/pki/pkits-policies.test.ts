import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import { writeObjectIdentifier, writeSequence, writeText } from '../../src/bytes/der-writer.ts';
import { OID } from '../../src/pki/index.ts';
import * as ext from './issue-extensions.ts';
import { type Case, descend, outcomesOf, policy, type Settings, type Step } from './pkits.ts';

type End = Step & { readonly isCa?: true };

const accepting = (digits: string): Settings => ({ initialPolicies: [...digits].map(policy) });
const explicit: Settings = { initialExplicitPolicy: true };
const noMapping: Settings = { initialPolicyMappingInhibit: true };
const noAny: Settings = { initialAnyPolicyInhibit: true };

/** A CA that asserts these policies. */
const asserts = (policies: string, more: Step = {}): Step => ({ name: `CA ${policies}`, policies, ...more });
/** The same, and from it on a policy is required: not critical, which RFC 5280 forbids issuers. */
const demands = (policies: string, more: Step = {}): Step =>
  asserts(policies, { requireExplicit: 0, constraintsCritical: false, ...more });
const self = (policies = '1'): Step => ({ policies });
const subCas = (...steps: readonly Step[]) => steps.map((step, index) => ({ ...step, name: `CA ${index}` }));

/** Policies, each with a user notice as its qualifier. */
function noticing(policies: string, text: string): End {
  const qualifier = writeSequence(
    writeObjectIdentifier('1.3.6.1.5.5.7.2.2'),
    writeSequence(writeText(TAG.visibleString, text)),
  );
  const information = [...policies].map((digit) =>
    writeSequence(writeObjectIdentifier(policy(digit)), writeSequence(qualifier)),
  );
  return {
    issue: { extensions: { [OID.certificatePolicies]: ext.plain(writeSequence(...information)) } },
  };
}

function pointing(): End {
  const qualifier = writeSequence(
    writeObjectIdentifier('1.3.6.1.5.5.7.2.1'),
    writeText(TAG.ia5String, 'http://csrc.nist.gov/csor/pkireg.htm'),
  );
  const information = writeSequence(writeObjectIdentifier(policy('1')), writeSequence(qualifier));
  return {
    issue: { extensions: { [OID.certificatePolicies]: ext.plain(writeSequence(information)) } },
  };
}

type Row = readonly [
  id: string,
  cas: readonly Step[],
  end: End,
  outcome: string,
  others?: readonly (readonly [Settings, string])[],
];

const GOOD = asserts('1');
const P1_MAPPING_1TO234 = [
  demands('1', { maps: '1>2 1>3 1>4' }),
  { name: 'subCA', policies: '24', maps: '2>5 4>6' },
];
const P12_MAPPING_1TO3 = [
  demands('12', { maps: '1>3' }),
  { name: 'subCA', policies: '25', maps: '2>4 5>7' },
  { name: 'subsubCA', policies: '34', maps: '4>8' },
];
const MAP1_P12 = asserts('12', { requireExplicit: 0, inhibitMapping: 1 });
const MAP1_P1 = asserts('1', { requireExplicit: 0, inhibitMapping: 1 });
const P12_SUB = { name: 'subCA', policies: '12', maps: '1>3 2>4' };
const ANY1 = demands('1', { inhibitAny: 1 });
const SUB_ANY = { name: 'subCA', policies: '*' };

const ROWS: readonly Row[] = [
  [
    '4.8.1',
    [GOOD],
    {},
    'valid 1',
    [
      [explicit, 'valid 1'],
      [{ ...explicit, ...accepting('1') }, 'valid 1'],
      [{ ...explicit, ...accepting('2') }, 'policy_missing'],
      [{ ...explicit, ...accepting('12') }, 'valid 1'],
      [accepting('2'), 'valid'],
    ],
  ],
  ['4.8.2', [asserts('')], { policies: '' }, 'valid', [[explicit, 'policy_missing']]],
  [
    '4.8.3',
    [GOOD, asserts('2')],
    { policies: '2' },
    'valid',
    [
      [explicit, 'policy_missing'],
      [{ ...explicit, ...accepting('12') }, 'policy_missing'],
    ],
  ],
  ['4.8.4', [GOOD, { ...demands('1'), name: 'Good subCA' }], { policies: '2' }, 'policy_missing'],
  ['4.8.5', [GOOD, demands('2')], {}, 'policy_missing'],
  [
    '4.8.6',
    [demands('1234'), asserts('123'), asserts('12')],
    { isCa: true, name: 'end' },
    'valid 1',
    [
      [accepting('1'), 'valid 1'],
      [accepting('2'), 'policy_missing'],
    ],
  ],
  [
    '4.8.7',
    [demands('123'), asserts('12'), asserts('1')],
    { isCa: true, name: 'end', policies: '3' },
    'policy_missing',
  ],
  ['4.8.8', [demands('12'), asserts('1'), asserts('2')], { isCa: true, name: 'end' }, 'policy_missing'],
  ['4.8.9', [demands('123'), asserts('12'), asserts('2'), asserts('1')], {}, 'policy_missing'],
  [
    '4.8.10',
    [demands('12')],
    { policies: '12' },
    'valid 12',
    [
      [accepting('1'), 'valid 1'],
      [accepting('2'), 'valid 2'],
    ],
  ],
  [
    '4.8.11',
    [demands('*')],
    { policies: '*' },
    'valid *',
    [
      [accepting('1'), 'valid 1'],
      [accepting('12'), 'valid 12'],
    ],
  ],
  ['4.8.12', [demands('3')], {}, 'policy_missing'],
  [
    '4.8.13',
    [demands('123')],
    { policies: '123' },
    'valid 123',
    [
      [accepting('1'), 'valid 1'],
      [accepting('2'), 'valid 2'],
      [accepting('3'), 'valid 3'],
    ],
  ],
  [
    '4.8.14',
    [demands('*')],
    {},
    'valid 1',
    [
      [accepting('1'), 'valid 1'],
      [accepting('2'), 'policy_missing'],
    ],
  ],
  ['4.8.15', [], noticing('1', 'q1'), 'valid 1', [[explicit, 'valid 1']]],
  ['4.8.16', [GOOD], noticing('12', 'q2'), 'valid 1', [[explicit, 'valid 1']]],
  ['4.8.17', [GOOD], noticing('*', 'q4'), 'valid 1', [[explicit, 'valid 1']]],
  [
    '4.8.18',
    [demands('12')],
    noticing('1*', 'q5'),
    'valid 12',
    [
      [accepting('1'), 'valid 1'],
      [accepting('2'), 'valid 2'],
    ],
  ],
  ['4.8.19', [], noticing('1', 'x'.repeat(240)), 'valid 1', [[explicit, 'valid 1']]],
  ['4.8.20', [GOOD], pointing(), 'valid 1', [[explicit, 'valid 1']]],

  ['4.9.1', subCas({ requireExplicit: 10 }, {}, {}, {}), { policies: '' }, 'valid'],
  ['4.9.2', subCas({ requireExplicit: 5 }, {}, {}, {}), { policies: '' }, 'valid'],
  ['4.9.3', subCas({ requireExplicit: 4 }, {}, {}, {}), { policies: '' }, 'policy_missing'],
  [
    '4.9.4',
    subCas({ requireExplicit: 0 }, {}, {}, {}),
    {},
    'valid 1',
    [
      [accepting('1'), 'valid 1'],
      [accepting('2'), 'policy_missing'],
    ],
  ],
  [
    '4.9.5',
    subCas({ requireExplicit: 7 }, { requireExplicit: 2 }, { requireExplicit: 4 }, {}),
    { policies: '' },
    'policy_missing',
  ],
  ['4.9.6', [asserts('1', { requireExplicit: 2 }), self()], { policies: '' }, 'valid'],
  [
    '4.9.7',
    [asserts('1', { requireExplicit: 2 }), self(), { name: 'subCA' }],
    { policies: '' },
    'policy_missing',
  ],
  [
    '4.9.8',
    [asserts('1', { requireExplicit: 2 }), self(), { name: 'subCA' }, self()],
    { policies: '' },
    'policy_missing',
  ],

  [
    '4.10.1',
    [demands('1', { maps: '1>2' })],
    { policies: '2' },
    'valid 1',
    [
      [accepting('1'), 'valid 1'],
      [accepting('2'), 'policy_missing'],
      [noMapping, 'policy_missing'],
    ],
  ],
  ['4.10.2', [demands('1', { maps: '1>2' })], {}, 'policy_missing', [[noMapping, 'policy_missing']]],
  [
    '4.10.3',
    P12_MAPPING_1TO3,
    { policies: '8' },
    'valid 2',
    [
      [accepting('1'), 'policy_missing'],
      [accepting('2'), 'valid 2'],
    ],
  ],
  ['4.10.4', P12_MAPPING_1TO3, { policies: '3' }, 'policy_missing'],
  [
    '4.10.5',
    P1_MAPPING_1TO234,
    { policies: '6' },
    'valid 1',
    [
      [accepting('1'), 'valid 1'],
      [accepting('6'), 'policy_missing'],
    ],
  ],
  [
    '4.10.6',
    P1_MAPPING_1TO234,
    { policies: '5' },
    'valid 1',
    [
      [accepting('1'), 'valid 1'],
      [accepting('6'), 'policy_missing'],
    ],
  ],
  ['4.10.7', [asserts('*', { requireExplicit: 0, maps: '*>1' })], {}, 'policy_mapping_invalid'],
  [
    '4.10.8',
    [asserts('1', { requireExplicit: 0, maps: '1>*' })],
    { policies: '*' },
    'policy_mapping_invalid',
  ],
  ['4.10.9', [demands('*', { maps: '1>2' })], {}, 'valid 1'],
  ['4.10.10', [GOOD, demands('*', { maps: '1>2' })], {}, 'policy_missing'],
  ['4.10.11', [GOOD, demands('*', { maps: '1>2' })], { policies: '2' }, 'valid 1'],
  [
    '4.10.12',
    [demands('12', { maps: '1>3' })],
    noticing('3*', 'q7'),
    'valid 12',
    [
      [accepting('1'), 'valid 1'],
      [accepting('2'), 'valid 2'],
    ],
  ],
  ['4.10.13', [demands('1*', { maps: '1>2' })], { policies: '2' }, 'valid 1', [[accepting('1'), 'valid 1']]],
  ['4.10.14', [demands('1*', { maps: '1>2' })], {}, 'valid 1', [[accepting('1'), 'valid 1']]],

  [
    '4.11.1',
    [asserts('1', { requireExplicit: 0, inhibitMapping: 0 }), { name: 'subCA', maps: '1>2' }],
    { policies: '12' },
    'policy_missing',
  ],
  ['4.11.2', [MAP1_P12, P12_SUB], { policies: '3' }, 'valid 1'],
  [
    '4.11.3',
    [MAP1_P12, P12_SUB, { name: 'subsubCA', policies: '34', maps: '3>5' }],
    { policies: '5' },
    'policy_missing',
  ],
  [
    '4.11.4',
    [MAP1_P12, P12_SUB, { name: 'subsubCA', policies: '34', maps: '3>5' }],
    { policies: '4' },
    'valid 2',
  ],
  [
    '4.11.5',
    subCas({ requireExplicit: 0, inhibitMapping: 5 }, { inhibitMapping: 1 }, {}, { maps: '1>2' }),
    { policies: '2' },
    'policy_missing',
  ],
  [
    '4.11.6',
    [
      MAP1_P12,
      { name: 'subCA', policies: '12', inhibitMapping: 5 },
      { name: 'subsubCA', policies: '12', maps: '1>3' },
    ],
    { policies: '3' },
    'policy_missing',
  ],
  ['4.11.7', [MAP1_P1, self(), { name: 'subCA', maps: '1>2' }], { policies: '2' }, 'valid 1'],
  [
    '4.11.8',
    [MAP1_P1, self(), { name: 'subCA', maps: '1>2' }, { name: 'subsubCA', policies: '2', maps: '2>3' }],
    { policies: '3' },
    'policy_missing',
  ],
  [
    '4.11.9',
    [MAP1_P1, self(), { name: 'subCA', maps: '1>2' }, { name: 'subsubCA', policies: '2', maps: '2>3' }],
    { policies: '2' },
    'policy_missing',
  ],
  [
    '4.11.10',
    [MAP1_P1, self(), { name: 'subCA', maps: '1>2' }, { policies: '2', maps: '2>3' }],
    { policies: '3' },
    'policy_missing',
  ],
  [
    '4.11.11',
    [MAP1_P1, self(), { name: 'subCA', maps: '1>2' }, { policies: '2', maps: '2>3' }],
    { policies: '2' },
    'policy_missing',
  ],

  ['4.12.1', [demands('1', { inhibitAny: 0 })], { policies: '*' }, 'policy_missing'],
  ['4.12.2', [demands('1', { inhibitAny: 0 })], { policies: '*1' }, 'valid 1'],
  ['4.12.3', [ANY1, SUB_ANY], {}, 'valid 1', [[noAny, 'policy_missing']]],
  ['4.12.4', [ANY1, SUB_ANY], { policies: '*' }, 'policy_missing'],
  [
    '4.12.5',
    [demands('1', { inhibitAny: 5 }), { name: 'subCA', inhibitAny: 1 }, { name: 'subsubCA' }],
    { policies: '*' },
    'policy_missing',
  ],
  ['4.12.6', [ANY1, { name: 'subCA', inhibitAny: 5 }], { policies: '*' }, 'policy_missing'],
  ['4.12.7', [ANY1, self(), SUB_ANY], {}, 'valid 1'],
  ['4.12.8', [ANY1, self(), SUB_ANY, { name: 'subsubCA', policies: '*' }], {}, 'policy_missing'],
  ['4.12.9', [ANY1, self(), SUB_ANY, self('*')], {}, 'valid 1'],
  ['4.12.10', [ANY1, self(), SUB_ANY], { isCa: true, policies: '*' }, 'policy_missing'],
];

const CASES = ROWS.map(([id, cas, end, outcome, others = []]): Case => {
  const one: Case = { id, trial: () => descend(cas, end), outcome, others };
  return cas.some((step) => step.constraintsCritical === false) ? { ...one, departs: true } : one;
});

describe('PKITS 4.8 to 4.12', () => {
  it.each(CASES)('$id: $outcome', (one) => {
    const { found, wanted } = outcomesOf(one);
    expect(found).toEqual(wanted);
  });
});
