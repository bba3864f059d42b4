import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Match,
  type MatchContext,
  type MeasuredState,
  matchReferenceSets,
  nearest,
} from '../../../src/appraisal/match.ts';
import type { SnpReferenceSet } from '../../../src/appraisal/reference/snp.ts';
import type { TdxReferenceSet } from '../../../src/appraisal/reference/tdx.ts';
import {
  type OfflineReferenceSet,
  offlineReferenceSet,
  referenceSet,
  referenceSetDigest,
} from '../../../src/appraisal/reference-set.ts';
import { type TeeState, teeState } from '../../../src/appraisal/tee-state.ts';
import { AT, LATE, snpState, tdxState, value } from './states.ts';

const naming = { name: 'guest', version: '1', publisher: 'acme', sealed: false } as const;
const tdxSet = (changed: Partial<TdxReferenceSet> = {}): TdxReferenceSet => ({
  kind: 'tdx',
  ...naming,
  mrTd: [value('a0', 48)],
  rtMr: { '1': [value('b1', 48)], '2': [value('99', 48), value('b2', 48)] },
  ...changed,
});
const snpSet = (changed: Partial<SnpReferenceSet> = {}): SnpReferenceSet => ({
  kind: 'snp',
  ...naming,
  measurement: [value('a0', 48)],
  ...changed,
});
const context: MatchContext = { facilityId: null, at: AT };
const showing = (tee: TeeState | null, more: Partial<MeasuredState> = {}): MeasuredState => ({
  tpm: null,
  tee,
  vtpm: null,
  ...more,
});
const compare = (state: MeasuredState, ...sets: OfflineReferenceSet[]): Match[] =>
  matchReferenceSets(
    state,
    sets.map((set) => ({ set, digest: referenceSetDigest(set) })),
    context,
  );
const fields = (state: MeasuredState, ...sets: OfflineReferenceSet[]): string[][] =>
  compare(state, ...sets).map(({ differences }) => differences.map(({ field }) => field));

const pcr = (index: number, byte: string) =>
  new Map([['sha256' as const, new Map([[index, new Uint8Array(Buffer.from(value(byte, 32), 'hex'))]])]]);

describe('a set of confidential guests', () => {
  it('matches where every field that it names holds one of its values', () => {
    expect(fields(showing(tdxState()), tdxSet())).toEqual([[]]);
    expect(fields(showing(snpState()), snpSet())).toEqual([[]]);
  });

  it.each<[string, Partial<TdxReferenceSet>]>([
    ['tdx.mrTd', { mrTd: [value('ff', 48)] }],
    ['tdx.rtMr.3', { rtMr: { '3': [value('ff', 48)] } }],
    ['tdx.mrConfigId', { mrConfigId: [value('ff', 48)] }],
    ['tdx.mrOwner', { mrOwner: [value('ff', 48)] }],
    ['tdx.mrOwnerConfig', { mrOwnerConfig: [value('ff', 48)] }],
    ['tdx.mrServiceTd', { mrServiceTd: [value('ff', 48)] }],
    ['tdx.mrSeam', { mrSeam: [value('ff', 48)] }],
    ['tdx.platform', { platforms: [value('ff', 16)] }],
    ['tdx.tcbEvaluationDataNumber', { policy: { minimumEvaluationNumber: 20 } }],
    ['vtpm.pcr.sha256.4', { vtpm: { bank: 'sha256', pcrs: { '4': [value('44', 32)] } } }],
  ])('differs in %s alone', (field, changed) => {
    expect(fields(showing(tdxState()), tdxSet(changed))).toEqual([[field]]);
  });

  it.each<[string, Partial<SnpReferenceSet>]>([
    ['snp.measurement', { measurement: [value('ff', 48)] }],
    ['snp.hostData', { hostData: [value('ff', 32)] }],
    ['snp.idKeyDigest', { idKeyDigest: [value('ff', 48)] }],
    ['snp.authorKeyDigest', { authorKeyDigest: [value('ff', 48)] }],
    ['snp.familyId', { familyId: [value('ff', 16)] }],
    ['snp.imageId', { imageId: [value('ff', 16)] }],
    ['snp.chipId', { chipIds: [value('ff', 64)] }],
    ['snp.vmpl', { policy: { vmpls: [1] } }],
    ['vtpm.pcr.sha256.4', { vtpm: { bank: 'sha256', pcrs: { '4': [value('44', 32)] } } }],
  ])('of SNP differs in %s alone', (field, changed) => {
    expect(fields(showing(snpState()), snpSet(changed))).toEqual([[field]]);
  });

  it('says of a platform that is out of date which component needs what', () => {
    const [match] = compare(showing(tdxState({}, { platform: LATE })), tdxSet());
    expect(match?.differences).toEqual([
      {
        field: 'tdx.tcbStatus',
        expected: ['UpToDate'],
        actual: expect.stringContaining('needs 7, has 5 (BIOS)'),
      },
    ]);
    const lenient = tdxSet({ policy: { acceptedTcbStatuses: ['UpToDate', 'OutOfDate'] } });
    expect(fields(showing(tdxState({}, { platform: LATE })), lenient)).toEqual([[]]);
  });

  it('takes Milan where it names it alone', () => {
    const milan = showing(snpState({ product: 'Milan' }));
    expect(fields(milan, snpSet(), snpSet({ policy: { products: ['Milan'] } }))).toEqual([
      ['snp.product'],
      [],
    ]);
  });

  it('fits no other TEE, no TPM, and nothing at all, and is then never the nearest of several', () => {
    expect(fields(showing(snpState()), tdxSet(), snpSet({ measurement: [value('ff', 48)] }))).toEqual([
      ['tee'],
      ['snp.measurement'],
    ]);
    expect(fields(showing(null), tdxSet())).toEqual([['tee']]);
    const far = snpSet({ measurement: [value('ff', 48)], hostData: [value('ff', 32)] });
    expect(nearest(compare(showing(snpState()), tdxSet(), far))?.reference.set).toBe(far);
  });

  it('finds the registers of a virtual TPM in that alone, never in the host’s own', () => {
    const wanting = tdxSet({ vtpm: { bank: 'sha256', pcrs: { '4': [value('44', 32)] } } });
    const own = { tpm: { pcrs: pcr(4, '44'), firmwareVersion: 0n } };
    expect(fields(showing(tdxState(), own), wanting)).toEqual([['vtpm.pcr.sha256.4']]);
    expect(fields(showing(tdxState(), { vtpm: { pcrs: pcr(4, '44') } }), wanting)).toEqual([[]]);
    const host: OfflineReferenceSet = {
      kind: 'tpm-pcrs',
      ...naming,
      bank: 'sha256',
      pcrs: { '4': [value('44', 32)] },
    };
    expect(fields(showing(tdxState(), { vtpm: { pcrs: pcr(4, '44') } }), host)).toEqual([['pcr.sha256.4']]);
  });

  it('reports denied values beside a match', () => {
    const [tdx] = compare(showing(tdxState()), tdxSet({ denied: { rtMr: { '3': [value('b3', 48)] } } }));
    expect(tdx).toMatchObject({ differences: [], denied: [{ field: 'tdx.rtMr.3', value: value('b3', 48) }] });
    const vtpm = {
      bank: 'sha256' as const,
      pcrs: { '4': [value('44', 32)] },
      denied: { '4': [value('44', 32)] },
    };
    const [snp] = compare(showing(snpState(), { vtpm: { pcrs: pcr(4, '44') } }), snpSet({ vtpm }));
    expect(snp).toMatchObject({ differences: [], denied: [{ field: 'vtpm.pcr.sha256.4' }] });
  });

  it('matches no guest that stops showing what any set of its kind denies', () => {
    const denying = tdxSet({ denied: { mrServiceTd: [value('38', 48)] } });
    const older = tdxState({ measured: { ...tdxState().measured, mrServiceTd: null } });
    expect(fields(showing(older), tdxSet())).toEqual([[]]);
    expect(fields(showing(older), tdxSet(), denying)).toEqual([['tdx.mrServiceTd'], ['tdx.mrServiceTd']]);
    const vtpm = { bank: 'sha256' as const, pcrs: { '4': [value('44', 32)] } };
    const shown = showing(snpState(), { vtpm: { pcrs: pcr(4, '44') } });
    const sets = [
      snpSet({ vtpm }),
      snpSet({ vtpm: { ...vtpm, denied: { '9': [value('99', 32)] } } }),
      snpSet(),
    ];
    expect(fields(shown, ...sets)).toEqual([['vtpm.pcr.sha256.9'], ['vtpm.pcr.sha256.9'], []]);
  });

  it('never matches evidence that lacks, or holds another value of, a field that it names', () => {
    const digest = fc.constantFrom('00', 'a0', 'ff').map((byte) => value(byte, 48));
    const names = [
      'mrTd',
      'rtMr.0',
      'rtMr.1',
      'mrConfigId',
      'mrOwner',
      'mrOwnerConfig',
      'mrServiceTd',
      'mrSeam',
    ];
    const measured = fc.record(Object.fromEntries(names.map((name) => [name, fc.option(digest)])));
    const lists = fc.option(fc.array(digest, { minLength: 1, maxLength: 2 }), { nil: undefined });
    const named = fc.record({
      mrTd: fc.array(digest, { minLength: 1, maxLength: 2 }),
      'rtMr.0': lists,
      'rtMr.1': lists,
      mrConfigId: lists,
      mrOwner: lists,
      mrOwnerConfig: lists,
      mrServiceTd: lists,
      mrSeam: lists,
    });
    fc.assert(
      fc.property(measured, named, (shown, { 'rtMr.0': zero, 'rtMr.1': one, ...wanted }) => {
        const set = tdxSet({ ...wanted, rtMr: { '0': zero, '1': one } });
        const expected = Object.entries({ ...wanted, 'rtMr.0': zero, 'rtMr.1': one }).every(
          ([name, values]) => values === undefined || values.includes(shown[name] ?? 'absent'),
        );
        const serviceTd = shown['mrServiceTd'] ?? null;
        const unlisted = wanted.mrServiceTd === undefined && ![null, value('00', 48)].includes(serviceTd);
        const [differing] = fields(showing(tdxState({ measured: shown })), set);
        expect(differing?.length === 0).toBe(expected && !unlisted);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the schema of reference sets', () => {
  const accepts = (set: object): boolean => referenceSet.safeParse(set).success;

  it('reads sets of guests as they were written', () => {
    const set = tdxSet({ policy: { outOfDateGraceDays: 30 }, platforms: [value('e0', 16)] });
    expect(referenceSet.parse(set)).toEqual(set);
    expect(referenceSet.parse(snpSet())).toEqual(snpSet());
  });

  it.each<[string, object]>([
    ['a TDX set without MRTD', { ...tdxSet(), mrTd: undefined }],
    ['no value of MRTD', { ...tdxSet(), mrTd: [] }],
    ['registers without a register', { ...tdxSet(), rtMr: {} }],
    ['a fifth register', { ...tdxSet(), rtMr: { '4': [value('b1', 48)] } }],
    ['a digest of another length', tdxSet({ mrTd: [value('a0', 32)] })],
    ['upper case', tdxSet({ mrTd: [value('A0', 48)] })],
    ['a sealed set of MRTD alone', { ...tdxSet({ sealed: true }), rtMr: undefined }],
    ['registers of another bank', tdxSet({ vtpm: { bank: 'sha384', pcrs: { '4': [value('44', 32)] } } })],
    ['platforms in its policy', { ...tdxSet(), policy: { platforms: [value('e0', 16)] } }],
    ['an unknown rule', { ...tdxSet(), policy: { debug: true } }],
    ['another TEE’s member', { ...tdxSet(), measurement: [value('a0', 48)] }],
    ['an SNP set of host data alone', { ...snpSet({ hostData: [value('b0', 32)] }), measurement: undefined }],
    [
      'an SNP set of whoever has no ID key',
      { ...snpSet({ idKeyDigest: [value('00', 48)] }), measurement: undefined },
    ],
    ['an enclave, by which no host enrols', { kind: 'sgx', ...naming, mrEnclave: [value('a0', 32)] }],
  ])('refuses %s', (_, set) => {
    expect(accepts(set)).toBe(false);
  });

  it('takes a guest by the key of whoever signed it', () => {
    expect(accepts({ ...snpSet({ idKeyDigest: [value('c0', 48)] }), measurement: undefined })).toBe(true);
  });

  it('takes an enclave offline, by its code or by signer and product', () => {
    const sgx = (members: object) =>
      offlineReferenceSet.safeParse({ kind: 'sgx', ...naming, ...members }).success;
    expect(sgx({ mrEnclave: [value('a0', 32)] })).toBe(true);
    expect(sgx({ mrSigner: [value('a0', 32)], isvProdId: [1] })).toBe(true);
    expect(sgx({ mrSigner: [value('a0', 32)] })).toBe(false);
  });

  it('gives sets of PCRs the digest that they always had', () => {
    const set = {
      kind: 'tpm-pcrs',
      name: 'image',
      version: '1',
      publisher: 'acme',
      bank: 'sha256',
      pcrs: { '0': [value('00', 32)], '7': [value('99', 32), value('07', 32)] },
      denied: { '10': [value('10', 32)] },
      minimumFirmwareVersion: '0000000000000001',
      sealed: false,
      facilities: ['fac_1'],
      notes: 'as approved',
    } as const;
    expect(referenceSetDigest(referenceSet.parse(set))).toBe(
      '67374aedf348a03939883f58dd3fccf0e4e2a0ccf46d3bba3565d3e2c7fdca10',
    );
  });
});

describe('the state of a TEE', () => {
  it('comes back from a store as it went in', () => {
    for (const state of [tdxState({}, { platform: LATE }), snpState({ chipId: null })]) {
      expect(teeState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
    }
  });
});
