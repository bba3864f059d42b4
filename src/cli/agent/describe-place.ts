import type { Located } from '../../agent/location/locate.ts';
import { bold, dim, green, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

/** What landmarks proved of this host's place, for the person at the host; null: this verifier measures no places. */
export function describePlace(located: Located | null): string {
  if (located === null) return dim('  place: this verifier measures none\n');
  const { answer, missing } = located;
  if (answer === null) return dim('  place: no landmark counts here yet\n');
  const { verdict, receipts } = answer;
  const proven = verdict.verdict === 'proven-inside';
  const counted = receipts?.filter(({ counts }) => counts).length;
  const by = counted === undefined ? '' : dim(`  by ${counted} landmarks`);
  const survives = verdict.f === null ? '' : `, survives ${verdict.f} lying landmark operators`;
  const lines = [
    `  ${proven ? green('✓') : yellow('–')} place ${bold(verdict.verdict)}: ${printable(verdict.area)}${survives}${by}`,
  ];
  if (verdict.reason !== null) lines.push(dim(`    ${printable(verdict.reason.sentence)}`));
  for (const { code, message } of missing) lines.push(`  ${yellow('–')} ${code}: ${printable(message)}`);
  return `${lines.join('\n')}\n`;
}
