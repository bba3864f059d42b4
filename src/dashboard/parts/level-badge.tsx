import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';

const STEPS = [1, 2, 3, 4] as const;

/** `G0` to `G4`, where the host's own proof may say by what: `G2-tpm`. */
const LEVEL = /^G([0-4])(?:-[a-z]+)?$/;

/** A guarantee level as a gauge of four segments, with its name; one that nobody knows is shown as it was said, with no segment. */
export function LevelBadge({ level }: { readonly level: string }) {
  const words = useWords(shellWords);
  const reached = Number(LEVEL.exec(level)?.[1] ?? 0);
  const name = `G${reached}` as keyof typeof words.level; // one of five, by LEVEL
  const known = LEVEL.test(level);
  return (
    <span className="level" title={known ? words.level[name] : undefined}>
      <svg className={`level__gauge level__gauge--${reached}`} viewBox="0 0 22 12" aria-hidden="true">
        {STEPS.map((step) => (
          <rect
            key={step}
            className={step <= reached ? 'level__step level__step--lit' : 'level__step'}
            x={(step - 1) * 5.75}
            y={9 - step * 2}
            width="4.75"
            height={3 + step * 2}
            rx="1"
          />
        ))}
      </svg>
      <span className="level__name">{level.slice(0, 16)}</span>
    </span>
  );
}
