import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';
import { Status, type Tone } from './status.tsx';
import { Told } from './told.tsx';

export type ShownCheck = {
  readonly id: string;
  /** What it means, in a sentence. */
  readonly says?: string;
  readonly status: 'pass' | 'fail' | 'notPerformed';
  readonly expected?: string | null;
  readonly actual?: string | null;
  /** Where in the evidence it looked. */
  readonly source?: string | null;
  /** What the operator can do, or why it was not performed. */
  readonly mend?: string | null;
};

const TONES: { readonly [S in ShownCheck['status']]: Tone } = {
  fail: 'bad',
  notPerformed: 'warn',
  pass: 'good',
};
const ORDER = Object.keys(TONES);

/** Every check with what it expected and found; what failed stands first, then what was not done. */
export function CheckList({ checks }: { readonly checks: readonly ShownCheck[] }) {
  const { check: words } = useWords(shellWords);
  const sorted = checks.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return (
    <ul className="checks">
      {sorted.map((check, index) => (
        // One check may be made of several things; their order does not change.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={`${check.id} ${index}`} className="checks__check">
          <details open={check.status === 'fail'}>
            <summary>
              <Status tone={TONES[check.status]}>{words[check.status]}</Status>
              {check.says !== undefined && <span>{check.says}</span>}
              <Told text={check.id} mono />
            </summary>
            <dl className="facts">
              {(['expected', 'actual', 'source', 'mend'] as const).map((name) =>
                check[name] === undefined || check[name] === null ? null : (
                  <div key={name} className="facts__fact">
                    <dt>{words[name]}</dt>
                    <dd>
                      <Told text={check[name]} most={2000} mono={name !== 'mend'} />
                    </dd>
                  </div>
                ),
              )}
            </dl>
          </details>
        </li>
      ))}
    </ul>
  );
}
