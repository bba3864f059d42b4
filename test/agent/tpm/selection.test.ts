import { describe, expect, it } from 'vitest';
import { DEFAULT_PCRS, formatPcrChoice, parsePcrChoice } from '../../../src/agent/tpm/selection.ts';

describe('naming PCRs', () => {
  it('reads banks, lists and ranges', () => {
    const choice = parsePcrChoice('sha256:7,0-3,1+sha384:23');
    expect(choice).toEqual([
      { bank: 'sha256', pcrs: [0, 1, 2, 3, 7] },
      { bank: 'sha384', pcrs: [23] },
    ]);
    expect(formatPcrChoice(choice)).toBe('sha256:0,1,2,3,7+sha384:23');
    expect(parsePcrChoice(DEFAULT_PCRS)[0]?.pcrs).not.toContain(10);
  });

  it.each([
    '',
    'sha256',
    'sha256:',
    'sha256:24',
    'sha256:3-1',
    'md5:1',
    'sha256:1;rm',
    'sha256:1+sha256:2',
    'sha256:,',
  ])('refuses %j', (text) => {
    expect(() => parsePcrChoice(text)).toThrowError(expect.objectContaining({ code: 'bad_value' }));
  });
});
