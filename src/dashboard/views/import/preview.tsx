import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { SplitFile } from './split-rows.ts';
import { importWords } from './words.ts';

/** Enough to see that it is the right file. */
const FIRST = 5;

/** How a file begins, as it is written. */
export function Preview({ split: { header, rows } }: { readonly split: SplitFile }) {
  const words = useWords(importWords);
  const first = rows.slice(0, FIRST);
  return (
    <div className="import__preview">
      {header !== null && (
        <p>
          {words.header} <Told text={header} mono />
        </p>
      )}
      {first.length > 0 && <p>{words.firstRows(first.length)}</p>}
      <ol className="import__rows">
        {first.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file are told apart by their places alone
          <li key={index}>
            <Told text={row} mono />
          </li>
        ))}
      </ol>
    </div>
  );
}
