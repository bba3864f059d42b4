import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { Dictionary, Language, SameWords, Words } from './dictionary.ts';
import { type Formats, formatsOf } from './formats.ts';

const KEPT = 'sextant.language';

type Spoken = {
  readonly language: Language;
  readonly speak: (language: Language) => void;
  readonly formats: Formats;
};

const LanguageContext = createContext<Spoken | null>(null);

/** Which language the page speaks: what was chosen here before, else the browser's where it is Korean, else English. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const spoken = useMemo(() => {
    const speak = (chosen: Language): void => {
      localStorage.setItem(KEPT, chosen);
      setLanguage(chosen);
    };
    return { language, speak, formats: formatsOf(language) };
  }, [language]);
  return (
    <LanguageContext value={spoken}>
      <I18nProvider locale={language === 'ko' ? 'ko-KR' : 'en-GB'}>{children}</I18nProvider>
    </LanguageContext>
  );
}

export function useLanguage(): Spoken {
  const spoken = use(LanguageContext);
  if (spoken === null) throw new Error('nothing speaks outside of LanguageProvider');
  return spoken;
}

/** The words of a dictionary in the language of the page. */
export function useWords<W extends Words>(dictionary: Dictionary<W>): SameWords<W> {
  const { language } = useLanguage();
  return dictionary[language] as SameWords<W>; // the English ones are the same words as themselves
}

/** Numbers, instants and ages as the language writes them. */
export function useFormats(): Formats {
  return useLanguage().formats;
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'en' || kept === 'ko') return kept;
  return navigator.language.startsWith('ko') ? 'ko' : 'en';
}
