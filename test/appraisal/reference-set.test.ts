import { describe, expect, it } from 'vitest';
import {
  type MeasuredState,
  matchReferenceSet,
  matchReferenceSets,
  nearest,
} from '../../src/appraisal/match.ts';
import type { TpmReferenceSet } from '../../src/appraisal/reference/tpm-pcrs.ts';
import { referenceSet, referenceSetDigest } from '../../src/appraisal/reference-set.ts';
import type { PcrBanks } from '../../src/evidence/tpm/pcrs.ts';
import { FIRMWARE_VERSION, pcrs } from '../evidence/bundle/host.ts';

const register = (index: number): string => index.toString(16).padStart(2, '0').repeat(32);
const set: TpmReferenceSet = {
  kind: 'tpm-pcrs',
  name: 'image',
  version: '1',
  publisher: 'acme',
  bank: 'sha256',
  pcrs: { '0': [register(0)], '7': [register(99), register(7)] },
  sealed: false,
};
const measured = measuredByTpm(new Map([['sha256' as const, pcrs]]));
const context = { facilityId: null, at: new Date('2026-03-01T00:00:00Z') };

function measuredByTpm(banks: PcrBanks): MeasuredState {
  return { tpm: { pcrs: banks, firmwareVersion: FIRMWARE_VERSION }, tee: null, vtpm: null };
}

const match = (changed: Partial<TpmReferenceSet>) => {
  const whole = { ...set, ...changed };
  return matchReferenceSet(measured, { set: whole, digest: referenceSetDigest(whole) }, context);
};
const fields = (changed: Partial<TpmReferenceSet>): string[] =>
  match(changed).differences.map(({ field }) => field);

describe('matchReferenceSet', () => {
  it('matches where every named register holds one of its values', () => {
    expect(fields({})).toEqual([]);
  });

  it('names what differs, with what is allowed and what there is', () => {
    expect(match({ pcrs: { ...set.pcrs, '10': [register(1)] } }).differences).toEqual([
      { field: 'pcr.sha256.10', expected: [register(1)], actual: register(10) },
    ]);
  });

  it('does not match a host that quotes less', () => {
    expect(match({ pcrs: { '1': [register(1)] } }).differences).toEqual([
      { field: 'pcr.sha256.1', expected: [register(1)], actual: null },
    ]);
    expect(fields({ bank: 'sha384' })).toEqual(['pcr.sha384.0', 'pcr.sha384.7']);
  });

  it('does not match firmware older than the set asks for', () => {
    const hex = (version: bigint): string => version.toString(16).padStart(16, '0');
    expect(fields({ minimumFirmwareVersion: hex(FIRMWARE_VERSION) })).toEqual([]);
    expect(fields({ minimumFirmwareVersion: hex(FIRMWARE_VERSION + 1n) })).toEqual(['firmwareVersion']);
  });

  it('reports denied values beside a match', () => {
    expect(match({ denied: { '10': [register(10)], '0': [register(5)], '3': [register(3)] } })).toMatchObject(
      {
        differences: [],
        denied: [{ field: 'pcr.sha256.10', value: register(10) }],
      },
    );
  });

  it('finds the set that differs least', () => {
    const far = match({ pcrs: { '1': ['00'], '2': ['00'] } });
    const near = match({ pcrs: { '1': ['00'] } });
    expect(nearest([far, near])).toBe(near);
    expect(nearest([])).toBeNull();
  });
});

describe('matchReferenceSets', () => {
  const approve = (changed: Partial<TpmReferenceSet> = {}) => {
    const whole = { ...set, ...changed };
    return { set: whole, digest: referenceSetDigest(whole) };
  };
  const hiding = (...hidden: number[]) =>
    measuredByTpm(
      new Map([['sha256' as const, new Map([...pcrs].filter(([pcr]) => !hidden.includes(pcr)))]]),
    );
  const differing = (...sets: Parameters<typeof matchReferenceSets>[1][number][]) =>
    matchReferenceSets(hiding(10), sets, context).map(({ differences }) =>
      differences.map(({ field }) => field),
    );

  it('matches no set while a register is hidden of which any set of the bank denies values', () => {
    const denying = approve({ name: 'denying', denied: { '10': [register(10)] } });
    expect(differing(approve())).toEqual([[]]);
    expect(differing(approve(), denying)).toEqual([['pcr.sha256.10'], ['pcr.sha256.10']]);
    expect(matchReferenceSets(measured, [approve(), denying], context)).toMatchObject([
      { differences: [], denied: [] },
      { differences: [], denied: [{ field: 'pcr.sha256.10' }] },
    ]);
  });

  it('names a hidden register once, and asks of no bank what another denies', () => {
    const both = approve({ pcrs: { '10': [register(1)] }, denied: { '10': [register(10)] } });
    expect(differing(both)).toEqual([['pcr.sha256.10']]);
    const other = approve({
      bank: 'sha384',
      pcrs: { '0': ['00'.repeat(48)] },
      denied: { '10': ['11'.repeat(48)] },
    });
    expect(differing(approve(), other)).toEqual([[], ['pcr.sha384.0', 'pcr.sha384.10']]);
  });

  it('lets a set of particular facilities match there alone, and deny everywhere', () => {
    const here = approve({ facilities: ['fac_here'] });
    const fields = (facilityId: string | null) =>
      matchReferenceSets(measured, [here], { ...context, facilityId }).map(({ differences }) =>
        differences.map(({ field }) => field),
      );
    expect(fields('fac_here')).toEqual([[]]);
    expect(fields('fac_elsewhere')).toEqual([['facility']]);
    expect(fields(null)).toEqual([['facility']]);
    const denying = approve({ facilities: ['fac_here'], denied: { '10': [register(10)] } });
    expect(
      matchReferenceSets(measured, [denying], { ...context, facilityId: 'fac_elsewhere' }),
    ).toMatchObject([{ denied: [{ field: 'pcr.sha256.10' }] }]);
  });
});

describe('a reference set', () => {
  const valid = (changed: object): boolean => referenceSet.safeParse({ ...set, ...changed }).success;

  it('is read as it was written', () => {
    expect(referenceSet.parse(set)).toEqual(set);
  });

  it.each([
    ['no registers', { pcrs: {} }],
    ['a register without values', { pcrs: { '0': [] } }],
    ['PCR 24', { pcrs: { '24': [register(0)] } }],
    ['PCR 00', { pcrs: { '00': [register(0)] } }],
    ['a short value', { pcrs: { '0': ['00'] } }],
    ['an upper-case value', { pcrs: { '0': ['AB'.repeat(32)] } }],
    ['a value of another bank', { bank: 'sha384' }],
    ['a short denied value', { denied: { '0': ['00'] } }],
    ['SHA-1', { bank: 'sha1', pcrs: { '0': ['00'.repeat(20)] } }],
    ['an unknown member', { approved: true }],
    ['no word about sealing', { sealed: undefined }],
    ['a short firmware version', { minimumFirmwareVersion: '1' }],
    ['a name with spaces', { name: 'my image' }],
  ])('is refused with %s', (_, changed) => {
    expect(valid(changed)).toBe(false);
  });

  it('is named by its content, whatever the order of its members', () => {
    const { name, ...rest } = set;
    expect(referenceSetDigest({ ...rest, name })).toBe(referenceSetDigest(set));
    const digests = [
      set,
      { ...set, sealed: true },
      { ...set, version: '2' },
      { ...set, pcrs: { '0': [register(0)] } },
    ].map(referenceSetDigest);
    expect(new Set(digests).size).toBe(digests.length);
    expect(referenceSetDigest({ ...set, notes: undefined } as TpmReferenceSet)).toBe(referenceSetDigest(set)); // as zod leaves optional members
  });
});
