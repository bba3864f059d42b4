import { describe, expect, it } from 'vitest';
import { OID } from '../../src/pki/index.ts';
import { EMPTY_NAME } from './issue.ts';
import * as ext from './issue-extensions.ts';
import { descend, dn, outcomesOf, type Step } from './pkits.ts';

const [IN1, IN2, OUT1, OUT2] = [
  'permittedSubtree1',
  'permittedSubtree2',
  'excludedSubtree1',
  'excludedSubtree2',
].map((unit) => `OU=${unit}`);
const tree = (...units: readonly (string | undefined)[]): ext.NameText => ({ directory: under(...units) });
const under = (...texts: readonly (string | undefined)[]) =>
  dn(...texts.filter((text) => text !== undefined));
const named = (...units: readonly (string | undefined)[]): Step => ({
  name: under(...units, 'CN=End Entity'),
});
const subCa = (unit: string | undefined, more: Step): Step => ({ name: under(unit, 'CN=subCA'), ...more });
const also = (...alternative: readonly ext.NameText[]): Step => ({ alternative });

const DN1: Step = { name: 'DN1 CA', permitted: [tree(IN1)] };
const DN2: Step = { name: 'DN2 CA', permitted: [tree(IN1), tree(IN2)] };
const DN3: Step = { name: 'DN3 CA', excluded: [tree(OUT1)] };
const DN4: Step = { name: 'DN4 CA', excluded: [tree(OUT1), tree(OUT2)] };
const DN5: Step = { name: 'DN5 CA', permitted: [tree(IN1)], excluded: [tree(IN1, OUT1)] };
const DN1_SUB1 = [DN1, subCa(IN1, { permitted: [tree(IN1, IN2)] })];
const DN1_SUB2 = [DN1, subCa(IN1, { permitted: [tree(IN2)] })];
const DN1_SUB3 = [DN1, subCa(IN1, { permitted: ['mail:testcertificates.gov'] })];
const DN3_SUB1 = [DN3, subCa(IN1, { excluded: [tree(OUT2)] })];
const DN3_SUB2 = [DN3, subCa(IN1, { permitted: [tree()] })];
const MAIL1: Step = { name: 'CA', permitted: ['mail:.testcertificates.gov'] };
const MAIL2: Step = { name: 'CA', permitted: ['mail:testcertificates.gov'] };
const MAIL3: Step = { name: 'CA', excluded: ['mail:testcertificates.gov'] };
const DNS1: Step = { name: 'CA', permitted: ['dns:testcertificates.gov'] };
const DNS2: Step = { name: 'CA', excluded: ['dns:invalidcertificates.gov'] };
const URI1: Step = { name: 'CA', permitted: ['uri:.testcertificates.gov'] };
const URI2: Step = { name: 'CA', excluded: ['uri:invalidcertificates.gov'] };
const MAIL = 'mail:Test14EE@testcertificates.gov';
const nameless: Step = {
  name: EMPTY_NAME,
  issue: { extensions: { [OID.subjectAltName]: ext.critical(ext.subjectAltName(MAIL)) } },
};
const REFUSED = 'name_not_permitted';

/** 4.13.19's second CA and 4.13.20's end are self-issued: they state no name. */
const ROWS: readonly (readonly [
  id: string,
  cas: readonly Step[],
  end: Step & { isCa?: true },
  outcome: string,
])[] = [
  ['4.13.1', [DN1], named(IN1), 'valid 1'],
  ['4.13.2', [DN1], named(OUT1), REFUSED],
  ['4.13.3', [DN1], { ...named(IN1), ...also(tree(OUT1, 'CN=other')) }, REFUSED],
  [
    '4.13.4',
    [DN1],
    { ...named(IN1), ...also('mail:DNnameConstraintsTest4EE@testcertificates.gov') },
    'valid 1',
  ],
  ['4.13.5', [DN2], { ...named(IN1), ...also(tree(IN2, 'CN=other')) }, 'valid 1'],
  ['4.13.6', [DN3], named(IN1), 'valid 1'],
  ['4.13.7', [DN3], named(OUT1), REFUSED],
  ['4.13.8', [DN4], named(OUT1), REFUSED],
  ['4.13.9', [DN4], named(OUT2), REFUSED],
  ['4.13.10', [DN5], named(IN1, OUT1), REFUSED],
  ['4.13.11', [DN5], named(IN1, IN2), 'valid 1'],
  ['4.13.12', DN1_SUB1, named(IN1), REFUSED],
  ['4.13.13', DN1_SUB2, named(IN1), REFUSED],
  ['4.13.14', DN1_SUB2, nameless, 'valid 1'],
  ['4.13.15', DN3_SUB1, named(OUT1), REFUSED],
  ['4.13.16', DN3_SUB1, named(OUT2), REFUSED],
  ['4.13.17', DN3_SUB2, named(OUT1), REFUSED],
  ['4.13.18', DN3_SUB2, named(IN1), 'valid 1'],
  ['4.13.19', [DN1, {}], named(IN1), 'valid 1'],
  ['4.13.20', [DN1], { isCa: true }, REFUSED],
  ['4.13.21', [MAIL1], also('mail:Test21EE@mailserver.testcertificates.gov'), 'valid 1'],
  ['4.13.22', [MAIL1], also('mail:Test22EE@testcertificates.gov'), REFUSED],
  ['4.13.23', [MAIL2], also('mail:Test23EE@testcertificates.gov'), 'valid 1'],
  ['4.13.24', [MAIL2], also('mail:Test24EE@mailserver.testcertificates.gov'), REFUSED],
  ['4.13.25', [MAIL3], also('mail:Test25EE@mailserver.testcertificates.gov'), 'valid 1'],
  ['4.13.26', [MAIL3], also('mail:Test26EE@testcertificates.gov'), REFUSED],
  ['4.13.27', DN1_SUB3, { ...named(IN1), ...also('mail:Test27EE@testcertificates.gov') }, 'valid 1'],
  ['4.13.28', DN1_SUB3, { ...named(IN1), ...also('mail:Test28EE@invalidcertificates.gov') }, REFUSED],
  ['4.13.29', DN1_SUB3, named(IN1, 'emailAddress=Test29EE@invalidcertificates.gov'), REFUSED],
  ['4.13.30', [DNS1], also('dns:testserver.testcertificates.gov'), 'valid 1'],
  ['4.13.31', [DNS1], also('dns:testserver.invalidcertificates.gov'), REFUSED],
  ['4.13.32', [DNS2], also('dns:testserver.testcertificates.gov'), 'valid 1'],
  ['4.13.33', [DNS2], also('dns:testserver.invalidcertificates.gov'), REFUSED],
  ['4.13.34', [URI1], also('uri:http://testserver.testcertificates.gov/index.html'), 'valid 1'],
  ['4.13.35', [URI1], also('uri:http://testcertificates.gov/invalid.html'), REFUSED],
  ['4.13.36', [URI2], also('uri:http://testserver.invalidcertificates.gov/index.html'), 'valid 1'],
  ['4.13.37', [URI2], also('uri:ftp://invalidcertificates.gov:21/test37/'), REFUSED],
  ['4.13.38', [DNS1], also('dns:mytestcertificates.gov'), REFUSED],
];

describe('PKITS 4.13', () => {
  it.each(ROWS)('%s', (id, cas, end, outcome) => {
    const { found, wanted } = outcomesOf({ id, trial: () => descend(cas, end), outcome });
    expect(found).toEqual(wanted);
  });
});
