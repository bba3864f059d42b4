import { CheckList } from '../../parts/check-list.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { Proven } from './proof.ts';
import { logWords } from './words.ts';

/** What was checked here, each in a sentence of its own, and what that leaves open. */
export function ProofPanel({ proven: { answer, key, kept } }: { readonly proven: Proven }) {
  const words = useWords(logWords);
  return (
    <Panel title={words.checks}>
      <div className="log-proofs">
        {kept !== null && kept.key !== key && (
          <div className="note note--bad" role="alert">
            <p className="note__sentence">{words.otherKey}</p>
            <p>
              {words.remembered}: <Told text={kept.key} mono />
            </p>
          </div>
        )}
        <CheckList checks={answer.checks.map((check) => ({ ...check, says: words.meaning[check.id] }))} />
        <p className="note note--info">{words.limits}</p>
      </div>
    </Panel>
  );
}
