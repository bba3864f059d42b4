import { describe, expect, it } from 'vitest';
import { Cookies } from '../../src/landmark/cookies.ts';

const PEER = '192.0.2.1:4433';
const TOKEN = new Uint8Array(16).fill(7);
const MADE = 1_000;

describe('a cookie', () => {
  const cookies = new Cookies();
  const cookie = cookies.make(PEER, TOKEN, MADE);

  it.each([
    [MADE, true],
    [MADE + 10, true],
    [MADE + 11, false],
    [MADE - 1, false],
  ])('made at second 1000 holds at second %i: %s', (now, holds) => {
    expect(cookies.holds(cookie, PEER, TOKEN, now)).toBe(holds);
  });

  it('holds for its address and token, where it was made', () => {
    expect(cookies.holds(cookie, '192.0.2.1:4434', TOKEN, MADE)).toBe(false);
    expect(cookies.holds(cookie, PEER, new Uint8Array(16), MADE)).toBe(false);
    expect(new Cookies().holds(cookie, PEER, TOKEN, MADE)).toBe(false);
  });
});
