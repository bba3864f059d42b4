import { expect, it } from 'vitest';
import { Budget } from '../../src/bytes/budget.ts';
import { codeOf } from './refusal.ts';

it('allows exactly its limit', () => {
  const budget = new Budget({ signatures: 2 });
  budget.spend('signatures');
  budget.spend('signatures');
  expect(budget.spent('signatures')).toBe(2);
  expect(() => budget.spend('signatures')).toThrow(
    expect.objectContaining({ code: 'budget_exceeded', path: 'signatures' }),
  );
});

it('stays exhausted', () => {
  const budget = new Budget({ nodes: 1 });
  expect(codeOf(() => budget.spend('nodes', 5))).toBe('budget_exceeded');
  expect(codeOf(() => budget.spend('nodes', 0))).toBe('budget_exceeded');
});

it('keeps its kinds apart and has a default for each', () => {
  const budget = new Budget({ signatures: 0 });
  expect(codeOf(() => budget.spend('signatures'))).toBe('budget_exceeded');
  expect(codeOf(() => budget.spend('pathSteps'))).toBe('accepted');
  expect(codeOf(() => budget.spend('nameComparisons', 250_001))).toBe('budget_exceeded');
});

it('is exhausted at once by a limit or an amount that is not a number', () => {
  expect(codeOf(() => new Budget({ nodes: Number.NaN }).spend('nodes'))).toBe('budget_exceeded');
  expect(codeOf(() => new Budget().spend('nodes', Number.NaN))).toBe('budget_exceeded');
});
