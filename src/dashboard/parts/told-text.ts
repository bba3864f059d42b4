/**
 * What could pass for something else where it is drawn: controls, direction marks and overrides, zero-width characters, line and
 * paragraph separators, and whatever is no character (Unicode categories Cc, Cf, Zl, Zp, Cs, Co, Cn).
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** More marks on one letter than any language puts there: they would run over the lines above. */
const STACKED = /(\p{M}{4})\p{M}+/gu;

/** Longer than any honest name; the rest is counted. */
const SHOWN_CHARACTERS = 200;

/**
 * Text that somebody else wrote, as it may be shown: what cannot be seen is spelt out as its code point, and what is too long ends in
 * how much more there is. For titles and labels; in the page itself `Told` shows it.
 *
 * @param most at most this many UTF-16 code units of it
 */
export function toldText(text: string, most: number = SHOWN_CHARACTERS): string {
  const shown = text.length > most ? `${text.slice(0, most)}… (+${text.length - most})` : text;
  return shown.replace(STACKED, '$1…').replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}
