import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { CollateralError } from '../../src/collateral/errors.ts';
import { FailureMemory } from '../../src/collateral/failure-memory.ts';

it('says of a failure what it said at first, until asking again can help', () => {
  const memory = new FailureMemory();
  const details = {
    path: 'k',
    actual: 'tryLater',
    status: 503,
    retryAfterMs: 7_000,
    cause: new Error('reset'),
  };
  memory.note('k', new CollateralError('collateral_unavailable', 'answered tryLater', details), 0);
  const standing = memory.standing('k', 6_999);
  expect(standing).toBeInstanceOf(CollateralError);
  const { cause: _, ...said } = details;
  expect(standing).toMatchObject({ code: 'collateral_unavailable', message: 'answered tryLater', ...said });
  expect(memory.standing('k', 7_000)).toBeNull();
});

it('keeps nothing of what was under way when it failed', async () => {
  setFlagsFromString('--expose-gc');
  const searchForGarbage: () => void = runInNewContext('gc');
  const memory = new FailureMemory();
  const seen = failing(memory);
  await turn(); // what a WeakRef was asked for, or made of, in this turn stays until it ends
  searchForGarbage();
  expect(seen.deref()).toBeUndefined();
  expect(memory.standing('k', 0)?.code).toBe('collateral_not_found');
});

/** Notes an error that was made in a call upon something, and answers that. */
function failing(memory: FailureMemory): WeakRef<object> {
  const evidence = { fail: () => new CollateralError('collateral_not_found', 'unknown', { path: 'k' }) };
  memory.note('k', evidence.fail(), 0);
  return new WeakRef(evidence);
}
