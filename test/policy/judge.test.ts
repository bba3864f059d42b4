import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/text.ts';
import type { EvidenceFolder } from '../../src/evidence/format.ts';
import { writePem } from '../../src/pki/index.ts';
import { exitStatus, type JudgeOptions, judgeOffline } from '../../src/policy/judge.ts';
import { BUILT_IN_POLICIES, type OfflinePolicy, offlinePolicy } from '../../src/policy/offline-policy.ts';
import { attest, makeHost, pcrs, signQuote } from '../evidence/bundle/host.ts';
import { issueRoot } from '../pki/issue.ts';
import { describeWithVectors, fuzzRuns } from '../vectors.ts';

const at = new Date('2026-06-01T00:00:00Z');
const host = makeHost();
const nonce = new Uint8Array(32).fill(1);
const quote = attest(nonce);
const files: EvidenceFolder = new Map([
  ['quote.msg', quote],
  ['quote.sig', signQuote(quote, host.akPrivate)],
  ['quote.pcrs', new Uint8Array(Buffer.concat([...pcrs.values()]))],
  ['ak.pub', host.akPublic],
]);
const builtIn = (name: string): OfflinePolicy => offlinePolicy.parse(BUILT_IN_POLICIES.get(name));
const authenticity = builtIn('authenticity');
const gate = builtIn('gate');
const custom = (more: object): OfflinePolicy => offlinePolicy.parse({ name: 'ours', base: 'gate', ...more });
const judge = (folder: EvidenceFolder, options: Partial<JudgeOptions> = {}) =>
  judgeOffline(folder, { at, policy: authenticity, nonce, ...options });
const failed = (judgement: ReturnType<typeof judge>): string[] =>
  judgement.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
const without = (name: string): EvidenceFolder =>
  new Map([...files].filter(([candidate]) => candidate !== name));

/** TCG_PCClientPCREvent: PCR 0, EV_ACTION, a SHA-1 digest, no data. */
const legacyEvent = Uint8Array.from([0, 0, 0, 0, 5, 0, 0, 0, ...new Uint8Array(20), 0, 0, 0, 0]);

const register = (index: number): string => index.toString(16).padStart(2, '0').repeat(32);
const set = {
  kind: 'tpm-pcrs',
  name: 'image',
  version: '1',
  publisher: 'acme',
  bank: 'sha256',
  pcrs: { '0': [register(0)], '7': [register(7)] },
  sealed: false,
};

describe('judgeOffline', () => {
  it('accepts genuine evidence by the policy authenticity, and says what it did not do', () => {
    const judgement = judge(files);
    expect(judgement).toMatchObject({ format: 'tpm-quote', authentic: true, accepted: true });
    expect(judgement.policy).toBe('authenticity');
    expect(judgement.notPerformed.map(({ id }) => id)).toContain('tpm.ak.name');
    expect(exitStatus(judgement)).toBe(0);
  });

  it('accepts nothing by the gate that was not performed, unless the policy lets it pass by name', () => {
    const strict = judge(files, { policy: gate });
    expect(strict).toMatchObject({ authentic: true, accepted: false });
    expect(exitStatus(strict)).toBe(1);
    const lenient = judge(files, { policy: custom({ acceptNotPerformed: ['tpm.ak.name'] }) });
    expect(lenient).toMatchObject({ authentic: true, accepted: true, policy: 'ours' });
    expect(lenient.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.name']);
  });

  it('does not judge what no format recognises', () => {
    const ccel = Uint8Array.from([1, 0, 0, 0, 3, 0, 0, 0, ...new Uint8Array(24)]);
    const folders = [[], [['readme.txt', ccel]], [['ccel.bin', ccel]]] as const;
    for (const folder of folders.map((entries) => new Map<string, Uint8Array>(entries))) {
      const judgement = judge(folder);
      expect(judgement).toMatchObject({ format: null, authentic: null, accepted: false });
      expect(judgement.error?.code).toBe('unknown_format');
      expect(exitStatus(judgement)).toBe(2);
    }
  });

  it('judges files that stand over the collateral together with it, but never the collateral alone', () => {
    const pcrsAlone = new Map([['quote.pcrs', files.get('quote.pcrs') ?? new Uint8Array(0)]]);
    expect(judge(pcrsAlone, { collateral: files })).toMatchObject({ format: 'tpm-quote', accepted: true });
    const changed = new Map([['quote.pcrs', new Uint8Array(pcrs.size * 32)]]);
    expect(failed(judge(changed, { collateral: files }))).toEqual(['tpm.quote.pcr-digest']);
    const others = [new Map(), new Map([['readme.txt', quote]])];
    for (const folder of others) {
      expect(judge(folder, { collateral: files })).toMatchObject({ format: null, accepted: false });
    }
  });

  it('takes a file beside the evidence before its like in the collateral', () => {
    const collateral = new Map([['quote.pcrs', new Uint8Array(pcrs.size * 32)]]);
    expect(judge(files, { collateral })).toMatchObject({ format: 'tpm-quote', accepted: true });
  });

  it.each(['quote.msg', 'quote.sig', 'ak.pub'])('refuses evidence whose %s is cut', (name) => {
    const cut = files.get(name)?.subarray(0, -1) ?? new Uint8Array(0);
    const judgement = judge(new Map([...files, [name, cut]]));
    expect(judgement).toMatchObject({ format: 'tpm-quote', authentic: false, accepted: false });
    expect(judgement.error?.code).toBe('truncated');
    expect(exitStatus(judgement)).toBe(1);
  });

  it.each(['quote.msg', 'quote.sig', 'ak.pub'])('does not judge evidence without %s', (name) => {
    const judgement = judge(without(name));
    expect(judgement).toMatchObject({ format: 'tpm-quote', authentic: null, accepted: false });
    expect(judgement.error).toMatchObject({ code: 'part_missing', path: name });
    expect(exitStatus(judgement)).toBe(2);
  });

  it('refuses a quote without its PCR values', () => {
    expect(failed(judge(without('quote.pcrs')))).toEqual(['tpm.quote.pcr-selection']);
  });

  it('takes the nonce from the caller, from the policy, or from both if they agree', () => {
    const hex = '01'.repeat(32);
    const policy = custom({ base: 'authenticity', nonce: hex });
    expect(judgeOffline(files, { at, policy }).accepted).toBe(true);
    expect(judge(files, { policy }).accepted).toBe(true);
    const other = judge(files, { policy, nonce: new Uint8Array(32) });
    expect(other).toMatchObject({ authentic: null, accepted: false });
    expect(other.error?.code).toBe('nonce_conflict');
    expect(failed(judge(files, { nonce: new Uint8Array(32) }))).toEqual(['tpm.quote.extra-data']);
    const none = judgeOffline(files, { at, policy: authenticity });
    expect(none.notPerformed.map(({ id }) => id)).toContain('tpm.quote.extra-data');
  });

  it.each<[string, object, string[]]>([
    ['a matching set', { referenceSets: [set] }, []],
    ['one of two sets', { referenceSets: [{ ...set, name: 'b', pcrs: { '0': [register(9)] } }, set] }, []],
    [
      'another value',
      { referenceSets: [{ ...set, pcrs: { '0': [register(9)] } }] },
      ['policy.reference-set'],
    ],
    [
      'a register not quoted',
      { referenceSets: [{ ...set, pcrs: { '1': [register(1)] } }] },
      ['policy.reference-set'],
    ],
    ['a denied value', { referenceSets: [{ ...set, denied: { '10': [register(10)] } }] }, ['policy.denied']],
    ['accepted hashes', { hashAlgorithms: ['sha256'] }, []],
    ['other hashes', { hashAlgorithms: ['sha384', 'sha512'] }, ['policy.hash-algorithms']],
    [
      'other hashes, and a set of a bank that does not count',
      { hashAlgorithms: ['sha384'], referenceSets: [set] },
      ['policy.hash-algorithms', 'policy.reference-set'],
    ],
    [
      'a denied value of a register that is not quoted',
      { referenceSets: [{ ...set, denied: { '23': [register(23)] } }] },
      ['policy.reference-set'],
    ],
  ])('judges by a policy that names %s', (_, more, expected) => {
    const policy = custom({ acceptNotPerformed: ['tpm.ak.name'], ...more });
    const judgement = judge(files, { policy });
    expect(failed(judgement)).toEqual(expected);
    expect(judgement).toMatchObject({ authentic: true, accepted: expected.length === 0 });
  });

  it('compares nothing with reference sets that is not authentic', () => {
    const policy = custom({ base: 'authenticity', hashAlgorithms: ['sha256'], referenceSets: [set] });
    const judgement = judge(new Map([...files, ['quote.pcrs', new Uint8Array(96)]]), { policy });
    expect(judgement).toMatchObject({ authentic: false, accepted: false, appraisal: null });
    expect(failed(judgement)).toEqual([
      'tpm.quote.pcr-digest',
      'policy.hash-algorithms',
      'policy.reference-set',
    ]);
  });

  it('says so when a policy names roots that cannot matter', () => {
    const roots = [writePem(issueRoot().der)];
    const idle = judge(files, { policy: custom({ acceptNotPerformed: ['tpm.ak.name'], roots }) });
    expect(idle.accepted).toBe(false);
    expect(idle.notPerformed.map(({ id }) => id)).toContain('tpm.ek.chain');
    const log = judge(new Map([['eventlog', legacyEvent]]), {
      policy: custom({ base: 'authenticity', roots }),
    });
    expect(log).toMatchObject({ format: 'tcg-eventlog', authentic: true, accepted: true });
    expect(log.notPerformed.map(({ id }) => id)).toContain('policy.roots');
  });

  it('judges nothing under roots that cannot be read', () => {
    const noted = judge(files, { roots: new Map([['README', new TextEncoder().encode('none')]]) });
    const named = judge(files, { policy: custom({ roots: ['PEM'] }) });
    for (const judgement of [noted, named]) {
      expect(judgement).toMatchObject({ authentic: null, accepted: false });
      expect(judgement.error?.code).toBe('bad_roots');
      expect(exitStatus(judgement)).toBe(2);
    }
    const [der, pem] = [issueRoot().der, new TextEncoder().encode(`A root:\n${writePem(issueRoot().der)}`)];
    expect(
      judge(files, {
        roots: new Map([
          ['a.der', der],
          ['b.pem', pem],
        ]),
      }).error,
    ).toBeUndefined();
  });

  it('accepts a log alone under no gate: nothing in it is signed', () => {
    const log: EvidenceFolder = new Map([['eventlog', legacyEvent]]);
    expect(judge(log).accepted).toBe(true);
    const strict = judge(log, { policy: gate });
    expect(strict).toMatchObject({ authentic: true, accepted: false });
    expect(strict.notPerformed.map(({ id }) => id)).toEqual(['tpm.eventlog']);
    const measured = judge(log, { policy: custom({ base: 'authenticity', referenceSets: [set] }) });
    expect(failed(measured)).toEqual(['policy.reference-set']);
  });

  it.each([
    ['an unknown member', { surprise: 1 }],
    ['an unknown base', { base: 'none' }],
    ['SHA-1', { hashAlgorithms: ['sha1'] }],
    ['no hashes', { hashAlgorithms: [] }],
    ['no reference sets', { referenceSets: [] }],
    ['a set without registers', { referenceSets: [{ ...set, pcrs: {} }] }],
    ['an upper-case nonce', { nonce: 'AB' }],
    ['an odd nonce', { nonce: 'abc' }],
  ])('refuses a policy file with %s', (_, more) => {
    expect(offlinePolicy.safeParse({ name: 'ours', base: 'gate', ...more }).success).toBe(false);
  });

  /** Nothing authenticates ak.pub here but its key: attributes that no check asks about may differ. */
  it('never throws and never accepts files that were changed', () => {
    const names = fc.constantFrom('quote.msg', 'quote.sig', 'quote.pcrs', 'ak.pem');
    const changed = fc
      .tuple(names, fc.nat(200), fc.integer({ min: 1, max: 255 }))
      .map(([name, offset, xor]) => {
        const bytes = Uint8Array.from(files.get(name) ?? new Uint8Array(offset + 1));
        bytes[offset % bytes.length] = (bytes[offset % bytes.length] ?? 0) ^ xor;
        return name === 'ak.pem'
          ? new Map([...without('ak.pub'), [name, bytes] as const])
          : new Map([...files, [name, bytes] as const]);
      });
    const random = fc.tuple(names, fc.uint8Array()).map(([name, bytes]) => {
      return new Map([...without('ak.pub'), [name, bytes] as const]);
    });
    fc.assert(
      fc.property(fc.oneof(changed, random), (folder) => {
        expect(judge(folder).accepted).toBe(false);
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describeWithVectors('judgeOffline on genuine evidence', (folder) => {
  type Case = { arguments: string[]; format: string; authentic: boolean };
  const { cases }: { cases: Case[] } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  const here = cases.filter(({ format }) => ['tpm-quote', 'tcg-eventlog'].includes(format));

  it.each(here.map((entry) => [entry.arguments.join(' '), entry] as const))('%s', (_, entry) => {
    const [path = '', ...flags] = entry.arguments;
    const option = (flag: string): string | undefined =>
      flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined;
    const isFolder = statSync(join(folder, path)).isDirectory();
    const paths = isFolder ? readdirSync(join(folder, path)).map((name) => join(path, name)) : [path];
    const read = new Map(
      paths.map((name) => [basename(name), new Uint8Array(readFileSync(join(folder, name)))]),
    );
    const hex = option('--nonce');
    const given = hex === undefined ? {} : { nonce: fromHex(hex, 'nonce') };
    const judgement = judgeOffline(read, { at, policy: authenticity, ...given });
    expect(judgement).toMatchObject({ format: entry.format, authentic: entry.authentic });
    expect(judgement.accepted).toBe(entry.authentic);
  });
});
