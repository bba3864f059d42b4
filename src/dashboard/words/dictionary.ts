export type Language = 'en' | 'ko';

export const LANGUAGES: readonly { readonly id: Language; readonly name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'ko', name: '한국어' },
];

/** A word is a text, or a function of what it speaks of; words stand in groups. */
export type Words = { readonly [key: string]: string | ((...about: never[]) => string) | Words };

/** The same words in another language: every key, and every function with the same arguments. */
export type SameWords<W extends Words> = {
  readonly [K in keyof W]: W[K] extends string ? string : W[K] extends Words ? SameWords<W[K]> : W[K];
};

/** What a view says, in both languages: `dictionary({ en, ko })`. The type checker misses no word in either. */
export type Dictionary<W extends Words> = { readonly en: W; readonly ko: SameWords<W> };

export function dictionary<const W extends Words>(en: W, ko: SameWords<W>): Dictionary<W> {
  return { en, ko };
}

const numbers = { en: new Intl.NumberFormat('en'), ko: new Intl.NumberFormat('ko') };
const plurals = new Intl.PluralRules('en');

/** A number and its noun in English: `counted(2, 'host')` is "2 hosts". Korean has no plural of this kind. */
export function counted(count: number, one: string, other = `${one}s`): string {
  return `${numbers.en.format(count)} ${plurals.select(count) === 'one' ? one : other}`;
}

/** A whole number with its separators. */
export function digits(count: number, language: Language = 'en'): string {
  return numbers[language].format(count);
}
