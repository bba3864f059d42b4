import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapedMarkup } from '../../src/bytes/markup.ts';

describe('text in markup', () => {
  it.each([
    ['a tag', '<b>', '&#60;b&#62;'],
    ['an entity', '&amp;', '&#38;amp;'],
    ['quotations', `"'`, '&#34;&#39;'],
    ['an override of direction', '\u202egnp.exe', '\\u202egnp.exe'],
    ['an isolate', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['a letter mark', '\u061c', '\\u061c'],
    ['a lone surrogate', '\ud800', '\\ud800'],
    ['a control', 'a\u0000\u0085', 'a\\u0000\\u0085'],
    ['a byte order mark', '\ufeff', '\\ufeff'],
    ['names as they are', 'Þórr 上海 👩‍💻 العربية', 'Þórr 上海 👩\\u200d💻 العربية'],
  ])('shows %s as it is written', (_, text, shown) => {
    expect(escapedMarkup(text)).toBe(shown);
  });

  it('has nothing in it that opens, ends or turns anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapedMarkup(text)).not.toMatch(/[<>"']|&(?!#\d+;)|[\p{Cc}\p{Surrogate}\p{Bidi_Control}]/u);
      }),
    );
  });
});
