import { describe, expect, it } from 'vitest';
import { type BootHistory, departure, explainDifferences } from '../../../src/appraisal/boot/history.ts';

const digest = (octet: string): string => octet.repeat(64);
const history = (...events: readonly (readonly [number, string])[]): BootHistory => ({
  ...{ bank: 'sha256', explained: [4, 8] },
  events: events.map(([pcr, octet], index) => [pcr, index, digest(octet), `what is ${octet}`]),
});
const before = history([4, 'a'], [8, 'b'], [4, 'c']);

describe('the event in which a boot departs from another', () => {
  it.each<[string, BootHistory, number | null, string]>([
    ['another event', history([4, 'a'], [8, 'b'], [4, 'd']), 2, 'Event 2 of PCR 4: what is d'],
    ['an event between', history([4, 'a'], [4, 'd'], [4, 'c']), 1, 'Event 1 of PCR 4: what is d'],
    ['an event more', history([4, 'a'], [4, 'c'], [4, 'd']), 2, 'nothing followed'],
    ['an event less', history([4, 'a']), null, 'After 1 events of PCR 4: the log ends'],
  ])('is %s', (_, now, index, words) => {
    const found = departure(4, now, before);
    expect(found).toMatchObject({ pcr: 4, index });
    expect(found?.sentence).toContain(words);
  });

  it('is none where both hold the same, in the same order', () => {
    expect(departure(4, before, before)).toBeNull();
    expect(departure(4, history([8, 'x'], [4, 'a'], [4, 'c']), before)).toBeNull();
  });

  it('is unknown where either log does not explain the register, or there is none', () => {
    const now = history([4, 'z']);
    expect(departure(4, { ...now, explained: [8] }, before)).toBeNull();
    expect(departure(4, now, { ...before, explained: [8] })).toBeNull();
    expect(departure(4, now, null)).toBeNull();
  });

  it('explains registers of its own bank, and leaves every other difference as it is', () => {
    const fields = ['pcr.sha256.4', 'pcr.sha384.4', 'vtpm.pcr.sha256.4', 'firmwareVersion'];
    const differences = fields.map((field) => ({ field, expected: ['x'], actual: 'y' }));
    const found = explainDifferences(differences, history([4, 'z']), before);
    expect(found.map(({ event }) => event?.pcr)).toEqual([4, undefined, undefined, undefined]);
  });
});
