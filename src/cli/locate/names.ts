const ENGLISH = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

/** A country as people call it; what has no code of its own, as Natural Earth calls it. */
export function countryName(code: string): string {
  return code.length === 2 ? (ENGLISH.of(code) ?? code) : code.replace(/^unassigned:/, '');
}

/** Some countries in a sentence: a bloc of many is named by its number. */
export function countryNames(codes: readonly string[]): string | null {
  const names = codes.map(countryName);
  if (names.length === 0) return null;
  if (names.length > 4) return `${names.length} countries`;
  const [last = '', ...others] = names.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`;
}
