import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toldText } from '../../../src/dashboard/parts/told-text.ts';
import { HOSTILE } from '../hostile.ts';

describe('text that somebody else wrote', () => {
  it('is shown as it is where it is honest', () => {
    for (const honest of [
      'Frankfurt 3, Halle B',
      '서울 데이터센터',
      'Ångström & Söhne',
      'ศูนย์ข้อมูล',
      '👩‍🔬'.slice(0, 2),
    ]) {
      expect(toldText(honest)).toBe(honest);
    }
  });

  it('spells out what cannot be seen', () => {
    expect(toldText(HOSTILE['overridden'] ?? '')).toBe(
      'approved[U+202E]gnp.exe[U+202C] by [U+2066]nobody[U+2069]',
    );
    expect(toldText('a\u0000b\ud800')).toBe('a[U+0000]b[U+D800]');
  });

  it('ends in how much more there is', () => {
    expect(toldText(HOSTILE['long'] ?? '')).toMatch(/^long x{195}… \(\+9800\)$/);
    expect(toldText(HOSTILE['stacked'] ?? '', 1000).length).toBeLessThan(12);
  });

  it('never holds a direction mark or a control, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(toldText(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 1000 },
    );
  });
});
