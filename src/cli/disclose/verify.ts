import { canonicalJson } from '../../bytes/canonical-json.ts';
import { plainJson } from '../../bytes/plain-json.ts';
import { type DisclosureJudgement, verifyDisclosure } from '../../record/disclosure/verify.ts';
import { parseGrantKeys } from '../../record/grant/index.ts';
import { readJsonFile, readTextFile } from '../client/api-command.ts';
import { EXIT } from '../failure.ts';
import { findingLines } from '../terminal/findings.ts';
import { bold, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

export type VerifyFlags = {
  readonly issuer: string;
  readonly keys: string;
  readonly audience: string;
  readonly nonce: string;
  readonly at?: Date;
  readonly json?: boolean;
};

/** Judges what was shown; answers the exit status. */
export function judgeDisclosure(
  file: string,
  { issuer, keys, audience, nonce, at, json }: VerifyFlags,
): number {
  const judged = verifyDisclosure(readTextFile(file), {
    at: at ?? new Date(),
    issuer: issuer.replace(/\/$/, ''),
    keys: parseGrantKeys(readJsonFile(keys)),
    audience,
    nonce,
  });
  process.stdout.write(`${json === true ? JSON.stringify(judged, null, 2) : describe(judged)}\n`);
  return judged.accepted ? EXIT.ok : EXIT.refused;
}

function describe(judged: DisclosureJudgement): string {
  const { accepted, claims } = judged;
  const lines = [accepted ? green('✓ accepted') : red('✗ refused')];
  const { cnf: _, iat: _issued, exp, devices = [], weaknesses = [], ...shown } = claims ?? {};
  for (const [name, value] of Object.entries(shown))
    lines.push(`  ${bold(name.padEnd(16))} ${printable(canonicalJson(plainJson(value)))}`);
  for (const device of devices)
    lines.push(`  ${bold('device'.padEnd(16))} ${printable(canonicalJson(plainJson(device)))}`);
  for (const { code, sentence } of weaknesses)
    lines.push(`  ${yellow('weakness'.padEnd(16))} ${printable(code)}: ${printable(sentence)}`);
  if (exp !== undefined) lines.push(`  ${bold('ends'.padEnd(16))} ${new Date(exp * 1000).toISOString()}`);
  lines.push(...findingLines(judged));
  return lines.join('\n');
}
