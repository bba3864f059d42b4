import { describe, expect, it } from 'vitest';
import type { ImaFile, ImaState } from '../../../src/appraisal/boot/ima-state.ts';
import { compareIma } from '../../../src/appraisal/boot/match-ima.ts';
import { readStoredBoot, storeBoot } from '../../../src/appraisal/boot/stored.ts';
import { referenceSet, referenceSetDigest } from '../../../src/appraisal/reference-set.ts';

const good = `sha256:${'aa'.repeat(32)}`;
const bad = `sha256:${'bb'.repeat(32)}`;
const file = (path: string, digest: string, more: Partial<ImaFile> = {}): ImaFile => {
  return { event: 1, path, digest, violation: false, ...more };
};
const aggregate = file('boot_aggregate', `sha256:${'cc'.repeat(32)}`, { event: 0 });
const rules = { allowed: [good], ignored: ['/var/lib/'] };
const logOf = (...files: readonly ImaFile[]): ImaState => {
  return { kind: 'log', files: [aggregate, ...files], sha1Templates: false };
};
const fieldsOf = (...files: readonly ImaFile[]): string[] =>
  compareIma(logOf(...files), rules, 'set').map(({ field }) => field);

describe('the files that a host ran', () => {
  it('fit where each is listed, or lies where nobody looks', () => {
    expect(fieldsOf(file('/init', good), file('/var/lib/x', bad))).toEqual([]);
  });

  it.each<[string, string, ImaFile]>([
    ['a file that is not listed', 'ima.file', file('/init', bad)],
    [
      'a file of the same digest by another algorithm',
      'ima.file',
      file('/init', `sha512:${'aa'.repeat(32)}`),
    ],
    ['a tree of the same digest', 'ima.file', file('/init', `verity:${good}`)],
    ['a file that climbs out of where nobody looks', 'ima.file', file('/var/lib/../../bin/sh', bad)],
    ['a later entry that calls itself the first', 'ima.file', file('boot_aggregate', bad)],
    ['a violation, even of a listed file', 'ima.violation', file('/init', good, { violation: true })],
    [
      'a violation that is said to lie where nobody looks',
      'ima.violation',
      file('/var/lib/x', bad, { violation: true }),
    ],
  ])('differ by %s', (_, field, entry) => {
    expect(fieldsOf(entry)).toEqual([field]);
  });

  it('differ by eight files at most, and say how many there are', () => {
    const many = Array.from({ length: 20 }, (_, at) => file(`/bin/${at}`, bad, { event: at + 1 }));
    const found = compareIma(logOf(...many), rules, 'set');
    expect(found).toHaveLength(8);
    expect(found[0]?.event).toMatchObject({
      pcr: 10,
      index: 1,
      sentence: expect.stringContaining('20 entries'),
    });
  });

  it('are not believed where SHA-1 alone binds their names, unless the set says so', () => {
    const old: ImaState = { kind: 'log', files: [aggregate, file('/init', good)], sha1Templates: true };
    expect(compareIma(old, rules, 'set').map(({ field }) => field)).toEqual(['ima.template-hash']);
    expect(compareIma(old, { ...rules, sha1Templates: true }, 'set')).toEqual([]);
  });

  it('are unknown without a log, and to a set that came later', () => {
    expect(compareIma(null, rules, 'set').map(({ field }) => field)).toEqual(['ima.log']);
    const kept: ImaState = { kind: 'compared', allowedBy: ['set'] };
    expect(compareIma(kept, rules, 'set')).toEqual([]);
    expect(compareIma(kept, rules, 'another').map(({ field }) => field)).toEqual(['ima.log']);
  });

  it('are kept as the sets that allow them', () => {
    const make = (allowed: string) => {
      const set = referenceSet.parse({
        ...{ kind: 'tpm-pcrs', name: 'n', version: '1', publisher: 'p', bank: 'sha256', sealed: false },
        ...{ pcrs: { '0': ['00'.repeat(32)] }, ima: { allowed: [allowed] } },
      });
      return { set, digest: referenceSetDigest(set) };
    };
    const [fitting, other] = [make(good), make(bad)];
    const ima = logOf(file('/init', good));
    const kept = readStoredBoot(storeBoot({ boot: null, ima }, [fitting, other]));
    expect(kept).toEqual({ boot: null, ima: { kind: 'compared', allowedBy: [fitting.digest] } });
    expect(readStoredBoot(storeBoot({ boot: null, ima: null }, [fitting])).ima).toBeNull();
    expect(readStoredBoot(null)).toEqual({ boot: null, ima: null });
  });
});
