import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';

/** Prints what is shown; styles/print.css leaves out what is not part of it. */
export function PrintButton() {
  const { print } = useWords(shellWords);
  return (
    <button type="button" className="button" onClick={() => window.print()}>
      {print}
    </button>
  );
}
