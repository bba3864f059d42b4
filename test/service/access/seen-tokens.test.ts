import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SeenTokens } from '../../../src/service/access/seen-tokens.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const seen = { id: 'tok_1', secretHash: 'ab' };

it('says what a token comes to for a minute after the first was seen', () => {
  const tokens = new SeenTokens();
  tokens.keep('first', seen);
  vi.advanceTimersByTime(59_999);
  tokens.keep('second', { id: 'tok_2', secretHash: 'cd' });
  expect(tokens.get('first')).toEqual(seen);
  vi.advanceTimersByTime(1);
  expect([tokens.get('first'), tokens.get('second')]).toEqual([undefined, undefined]);
});

it('remembers anew after it has forgotten, and forgets again', () => {
  const tokens = new SeenTokens();
  tokens.keep('one', seen);
  vi.advanceTimersByTime(60_000);
  tokens.keep('one', seen);
  vi.advanceTimersByTime(59_999);
  expect(tokens.get('one')).toEqual(seen);
  vi.advanceTimersByTime(1);
  expect(tokens.get('one')).toBeUndefined();
});

it('holds a thousand at most', () => {
  const tokens = new SeenTokens();
  for (let number = 0; number <= 1_000; number++) tokens.keep(`token ${number}`, seen);
  expect(tokens.get('token 0')).toBeUndefined();
  expect(tokens.get('token 1000')).toEqual(seen);
});
