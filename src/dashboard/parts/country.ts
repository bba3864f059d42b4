import { useMemo } from 'react';
import { COUNTRY_CODES } from '../../protocol/country-codes.ts';
import { useLanguage } from '../words/language.tsx';
import { toldText } from './told-text.ts';

/** Names countries by their ISO 3166-1 code in the language of the page: `Germany (DE)`; what is no code is told as it stands. */
export function useCountryName(): (code: string) => string {
  const { language } = useLanguage();
  return useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    return (code) => {
      const name = /^[A-Z]{2}$/.test(code) ? names.of(code) : undefined;
      return name === undefined ? toldText(code) : `${name} (${code})`;
    };
  }, [language]);
}

/** Every country that the API takes, by its name in the language of the page. */
export function useCountries(): readonly { readonly code: string; readonly name: string }[] {
  const { language } = useLanguage();
  const nameOf = useCountryName();
  return useMemo(
    () =>
      [...COUNTRY_CODES]
        .map((code) => ({ code, name: nameOf(code) }))
        .sort((a, b) => a.name.localeCompare(b.name, language)),
    [nameOf, language],
  );
}
