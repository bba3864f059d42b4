import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/bytes/canonical-json.ts';
import { compareContents } from '../../../src/dashboard/views/trust/compare/compare.ts';
import { type Json, leavesOf } from '../../../src/dashboard/views/trust/compare/leaves.ts';
import { compareLines } from '../../../src/dashboard/views/trust/compare/lines.ts';

const differencesOf = (before: Json, after: Json): unknown[] => [
  ...compareContents(before, after).differences,
];

describe('two versions of a trust input', () => {
  it('differ by values that were added and removed, and by members that changed', () => {
    const before = { version: '1', pcrs: { '4': ['aa', 'bb'], '7': ['cc'] }, sealed: false };
    const after = { pcrs: { '4': ['bb', 'dd', 'ee'], '9': ['cc'] }, version: '2', sealed: false };
    expect(compareContents(before, after)).toEqual({
      differences: [
        { kind: 'changed', path: ['version'], before: '1', after: '2' },
        { kind: 'removed', path: ['pcrs', '4'], value: 'aa' },
        { kind: 'added', path: ['pcrs', '4'], value: 'dd' },
        { kind: 'added', path: ['pcrs', '4'], value: 'ee' },
        { kind: 'removed', path: ['pcrs', '7'], value: 'cc' },
        { kind: 'added', path: ['pcrs', '9'], value: 'cc' },
      ],
      same: 2,
    });
  });

  it('name the objects of a list by what no two of them share, wherever they stand', () => {
    const models = (...of: readonly (readonly [string, number])[]): Json => ({
      models: of.map(([model, tpp]) => ({ model, tpp })),
    });
    expect(differencesOf(models(['H100', 1], ['H20', 2]), models(['H20', 3], ['B200', 4]))).toEqual([
      { kind: 'removed', path: ['models', 'H100', 'model'], value: 'H100' },
      { kind: 'removed', path: ['models', 'H100', 'tpp'], value: '1' },
      { kind: 'changed', path: ['models', 'H20', 'tpp'], before: '2', after: '3' },
      { kind: 'added', path: ['models', 'B200', 'model'], value: 'B200' },
      { kind: 'added', path: ['models', 'B200', 'tpp'], value: '4' },
    ]);
    expect(differencesOf({ tests: [{ a: 1 }, { a: 2 }] }, { tests: [{ a: 1 }, { a: 3 }] })).toEqual([
      { kind: 'changed', path: ['tests', '2', 'a'], before: '2', after: '3' },
    ]);
  });

  it('differ where only an order does, a value is there twice, or a number became a text', () => {
    expect(differencesOf({ a: ['x', 'y'] }, { a: ['y', 'x'] })).toEqual([
      { kind: 'order', path: ['a'], before: 'x, y', after: 'y, x' },
    ]);
    expect(differencesOf({ a: ['x'] }, { a: ['x', 'x'] })).toEqual([
      { kind: 'added', path: ['a'], value: 'x' },
    ]);
    expect(differencesOf({ a: 1 }, { a: '1' })).toEqual([
      { kind: 'changed', path: ['a'], before: '1', after: '"1"' },
    ]);
    expect(differencesOf({ a: [] }, { a: {} })).toEqual([
      { kind: 'removed', path: ['a'], value: '[]' },
      { kind: 'added', path: ['a'], value: '{}' },
    ]);
  });

  it('differ exactly where they are not the same JSON', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json);
    const objects = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.nat(2) }));
    const content = fc.record({ any: json, list: objects, set: fc.array(fc.constantFrom('x', 'y', 1)) });
    fc.assert(
      fc.property(content, content, (one, other) => {
        const isSame = canonicalJson(one as never) === canonicalJson(other as never);
        expect(differencesOf(one as Json, other as Json).length === 0).toBe(isSame);
        const self = compareContents(one as Json, structuredClone(one) as Json);
        expect(self).toEqual({ differences: [], same: leavesOf(one as Json).length });
      }),
    );
  });

  it('show of a long text the lines that differ, and lead from one to the other', () => {
    const text = Array.from({ length: 40 }, (_, line) => `line ${line}`);
    const changed = text.with(20, 'another').toSpliced(30, 1);
    expect(compareLines(text.join('\n'), changed.join('\n'))).toEqual([
      { kind: 'gap', count: 18 },
      { kind: 'same', text: 'line 18' },
      { kind: 'same', text: 'line 19' },
      { kind: 'removed', text: 'line 20' },
      { kind: 'added', text: 'another' },
      { kind: 'same', text: 'line 21' },
      { kind: 'same', text: 'line 22' },
      { kind: 'gap', count: 5 },
      { kind: 'same', text: 'line 28' },
      { kind: 'same', text: 'line 29' },
      { kind: 'removed', text: 'line 30' },
      { kind: 'same', text: 'line 31' },
      { kind: 'same', text: 'line 32' },
      { kind: 'gap', count: 7 },
    ]);
    const short = fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 4 });
    fc.assert(
      fc.property(short, short, (one, other) => {
        const lines = compareLines(one.join('\n'), other.join('\n'));
        if (lines.some(({ kind }) => kind === 'gap')) return;
        const told = (not: string): string =>
          lines.flatMap((line) => (line.kind === not || line.kind === 'gap' ? [] : [line.text])).join('\n');
        expect([told('added'), told('removed')]).toEqual([one.join('\n'), other.join('\n')]);
      }),
    );
  });
});
