import { useId, useState } from 'react';
import { LANGUAGES } from '../words/dictionary.ts';
import { useLanguage, useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';
import { applyTheme, chosenTheme, THEMES } from './theme.ts';

/** Language and appearance, before signing in and after. */
export function Choices() {
  const words = useWords(shellWords);
  const { language, speak } = useLanguage();
  const [theme, setTheme] = useState(chosenTheme);
  const id = useId();
  return (
    <div className="choices">
      <label htmlFor={`${id}language`}>{words.language}</label>
      <select
        id={`${id}language`}
        value={language}
        onChange={({ target }) => speak(target.value === 'ko' ? 'ko' : 'en')}
      >
        {LANGUAGES.map(({ id, name }) => (
          <option key={id} value={id} lang={id}>
            {name}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}theme`}>{words.theme}</label>
      <select
        id={`${id}theme`}
        value={theme}
        onChange={({ target }) => {
          const chosen = THEMES.find((each) => each === target.value) ?? 'auto';
          applyTheme(chosen);
          setTheme(chosen);
        }}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {words.themes[each]}
          </option>
        ))}
      </select>
    </div>
  );
}
