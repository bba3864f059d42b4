import type { Reason } from '../../protocol/reason.ts';
import { bold, dim, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';

/** As many subjects of one code are named; a licence for ten thousand chips may lack the same of each. */
const SUBJECTS_SHOWN = 3;

/** Every code once, with its sentence, what to do about it, and what else it is about. */
export function describeReasons(reasons: readonly Reason[]): string[] {
  const byCode = Map.groupBy(reasons, ({ code }) => code);
  return [...byCode.values()].flatMap((group) => {
    const [first, ...others] = group;
    if (first === undefined) return [];
    const { code, kind, sentence, mend } = first;
    const mark = kind === 'violated' ? red('✗') : yellow('–');
    const lines = [
      `  ${mark} ${bold(printable(code))} ${dim(`(${kind})`)}`,
      wrap(printable(sentence), '    '),
    ];
    if (mend !== undefined) lines.push(dim(wrap(`→ ${printable(mend)}`, '    ')));
    if (others.length > 0) lines.push(dim(wrap(`and of ${others.length} more: ${subjects(others)}`, '    ')));
    return lines;
  });
}

function subjects(reasons: readonly Reason[]): string {
  const shown = reasons.slice(0, SUBJECTS_SHOWN).map(({ subject }) => printable(subject ?? '–'));
  return shown.join(', ') + (reasons.length > SUBJECTS_SHOWN ? ', …' : '');
}
