import { describe, expect, it } from 'vitest';
import { CheckList } from '../../../src/evidence/check.ts';
import { Examinations, type Examined } from '../../../src/evidence/intel/examined.ts';

const at = (millis: number): Date => new Date(millis);

/** Examinations of letters, which count how often they are asked. */
function counted(capacity: number) {
  const examinations = new Examinations<string>(capacity);
  let asked = 0;
  const ask = (key: string, when = 5, outcome: 'pass' | 'fail' | 'skip' | 'null' = 'pass') => {
    const checks = new CheckList();
    const found = examinations.examine(checks, key, at(when), (own): Examined<string> | null => {
      asked++;
      own.expect('test.letter', outcome !== 'fail', key, outcome);
      if (outcome === 'skip') own.skip('test.case', 'nobody knows');
      return outcome === 'null' ? null : { value: key, period: { from: 1, until: 10 } };
    });
    return { found, checks };
  };
  return { examinations, ask, asked: () => asked };
}

describe('what was found authentic', () => {
  it('is not asked again, and says all its checks again', () => {
    const { ask, asked } = counted(2);
    const first = ask('a');
    const again = ask('a');
    expect(asked()).toBe(1);
    expect(again.checks.checks).toEqual(first.checks.checks);
    expect(again.found?.value).toBe('a');
  });

  it.each([0, 11])('is asked again at %i, outside its period', (when) => {
    const { ask, asked } = counted(2);
    ask('a');
    ask('a', when);
    expect(asked()).toBe(2);
  });

  it.each([1, 10])('is not asked again at %i, an end of its period', (when) => {
    const { ask, asked } = counted(2);
    ask('a');
    ask('a', when);
    expect(asked()).toBe(1);
  });

  it('is nothing that failed a check, left one out, or found nothing', () => {
    const { ask, asked } = counted(2);
    for (const outcome of ['fail', 'skip', 'null'] as const) {
      const before = asked();
      ask('a', 5, outcome);
      ask('a', 5, outcome);
      expect(asked()).toBe(before + 2);
    }
    expect(ask('a').found?.value).toBe('a');
  });

  it('goes when there is no room, the one that was not used for longest first', () => {
    const { ask, asked } = counted(2);
    ask('a');
    ask('b');
    ask('a');
    ask('c');
    expect(asked()).toBe(3);
    ask('a');
    ask('c');
    expect(asked()).toBe(3);
    ask('b');
    expect(asked()).toBe(4);
  });

  it('is forgotten when somebody asks for that', () => {
    const { examinations, ask, asked } = counted(2);
    ask('a');
    examinations.clear();
    ask('a');
    expect(asked()).toBe(2);
  });
});
