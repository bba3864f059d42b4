import { type DrawJudgement, verifyDraw } from '../../record/challenge/verify.ts';
import { parseVerifierKey } from '../../record/note.ts';
import { readJsonFile, readTextFile } from '../client/api-command.ts';
import { EXIT } from '../failure.ts';
import { findingLines } from '../terminal/findings.ts';
import { green, red } from '../terminal/style.ts';

/** Judges how devices were drawn; answers the exit status. */
export function judgeDraw(
  file: string,
  { logKey, json }: { readonly logKey: string; readonly json?: boolean },
): number {
  const judged = verifyDraw(readJsonFile(file), parseVerifierKey(readTextFile(logKey).trim()));
  process.stdout.write(`${json === true ? JSON.stringify(judged, null, 2) : describe(judged)}\n`);
  return judged.accepted ? EXIT.ok : EXIT.refused;
}

function describe(judged: DrawJudgement): string {
  const verdict = judged.accepted ? green('✓ accepted') : red('✗ refused');
  return [verdict, ...findingLines(judged)].join('\n');
}
