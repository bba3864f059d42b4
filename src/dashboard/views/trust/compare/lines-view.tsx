import { toldText } from '../../../parts/told-text.ts';
import { useWords } from '../../../words/language.tsx';
import { trustWords } from '../words.ts';
import type { Line } from './lines.ts';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;
const LONGEST = 2_000;

/** A text's lines that differ, each with its sign and, for whoever listens, its word. */
export function Lines({ lines }: { readonly lines: readonly Line[] }) {
  const { compare: words } = useWords(trustWords);
  return (
    <ol className="trust-lines">
      {lines.map((line, place) =>
        line.kind === 'gap' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text, in its order
          <li key={place} className="trust-lines__gap">
            {words.gap(line.count)}
          </li>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: likewise
          <li key={place} className={`trust-lines__line trust-lines__line--${line.kind}`}>
            <span aria-hidden="true">{SIGNS[line.kind]}</span>
            {line.kind !== 'same' && <span className="unseen">{words.kinds[line.kind]}: </span>}
            <bdi>{toldText(line.text, LONGEST)}</bdi>
          </li>
        ),
      )}
    </ol>
  );
}
