import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rateShares } from '../../src/cli/serve/shares.ts';

const log = pino({ level: 'silent' });
const never = 3_600_000;

describe('the part of the rates that one of several verifiers admits', () => {
  it('is known from the start', async () => {
    const shared: number[] = [];
    const shares = rateShares({ processes: async () => 3 }, log, never);
    onTestFinished(await shares.keep((parts) => shared.push(parts)));
    expect(shared).toEqual([3]);
    expect(shares.families()).toMatchObject([{ name: 'sextant_verifiers', samples: [{ value: 3 }] }]);
  });

  it('is the whole where one serves alone', async () => {
    const shared: number[] = [];
    onTestFinished(
      await rateShares({ processes: async () => 1 }, log, never).keep((parts) => shared.push(parts)),
    );
    expect(shared).toEqual([]);
  });

  it('follows those that come and go, and stays while the database does not answer', async () => {
    const answers = [2, 2, null, 5];
    const shared: number[] = [];
    const all = new Promise<void>((resolve) => {
      const processes = async (): Promise<number> => {
        const answer = answers.shift();
        if (answer === null) throw new Error('not now');
        return answer ?? 5;
      };
      const share = (parts: number): void => {
        shared.push(parts);
        if (parts === 5) resolve();
      };
      void rateShares({ processes }, log, 1).keep(share).then(onTestFinished);
    });
    await all;
    expect(shared).toEqual([2, 5]);
  });
});
