import type { Reason } from '../../protocol/reason.ts';
import { dictionary } from '../words/dictionary.ts';
import { useWords } from '../words/language.tsx';
import { ReasonText } from './reason-text.tsx';
import { Status, type Tone } from './status.tsx';
import { SubjectLink } from './subject-link.tsx';
import { Told } from './told.tsx';

export const reasonWords = dictionary(
  {
    kinds: { violated: 'Violated', unproven: 'Not proven', unavailable: 'Not available' },
  },
  {
    kinds: { violated: '위반', unproven: '입증되지 않음', unavailable: '확인 불가' },
  },
);

export const REASON_TONES: { readonly [K in Reason['kind']]: Tone } = {
  violated: 'bad',
  unproven: 'warn',
  unavailable: 'warn',
};

const KINDS = Object.keys(REASON_TONES);

type ReasonListProps = {
  readonly reasons: readonly Reason[];
  readonly of: 'decision' | 'appraisal';
};

/** Every reason with its kind, sentence, code, what it is about, and what its reader can do; what is violated stands first. */
export function ReasonList({ reasons, of }: ReasonListProps) {
  const words = useWords(reasonWords);
  const sorted = reasons.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return (
    <ul className="reasons">
      {sorted.map(({ code, kind, sentence, subject, mend }) => (
        <li key={`${code} ${subject} ${sentence}`} className="reasons__reason">
          <p className="reasons__head">
            <Status tone={REASON_TONES[kind]}>{words.kinds[kind]}</Status>
            <Told text={code} mono />
            {subject !== undefined && <SubjectLink subject={subject} />}
          </p>
          <ReasonText {...{ code, sentence, mend, of }} />
        </li>
      ))}
    </ul>
  );
}
