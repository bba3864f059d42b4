import { type DrawJudgement, verifyDraw } from '../../record/challenge/verify.ts';
import { parseVerifierKey } from '../../record/note.ts';
import { readJsonFile, readTextFile } from '../client/api-command.ts';
import { EXIT } from '../failure.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

/** Judges how devices were drawn; answers the exit status. */
export function judgeDraw(
  file: string,
  { logKey, json }: { readonly logKey: string; readonly json?: boolean },
): number {
  const judged = verifyDraw(readJsonFile(file), parseVerifierKey(readTextFile(logKey).trim()));
  process.stdout.write(`${json === true ? JSON.stringify(judged, null, 2) : describe(judged)}\n`);
  return judged.accepted ? EXIT.ok : EXIT.refused;
}

function describe({ accepted, checks, notPerformed }: DrawJudgement): string {
  const lines = [accepted ? green('✓ accepted') : red('✗ refused')];
  for (const { id, status, expected, actual } of checks) {
    if (status === 'pass') lines.push(`  ${green('✓')} ${id}`);
    else
      lines.push(
        `  ${red('✗')} ${bold(id)}: expected ${printable(expected ?? '')}, found ${printable(actual ?? '')}`,
      );
  }
  for (const { id, reason } of notPerformed)
    lines.push(`  ${yellow('–')} ${id}  ${dim(`not performed: ${reason}`)}`);
  return lines.join('\n');
}
