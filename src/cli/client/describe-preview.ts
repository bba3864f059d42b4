import { type TrustPreview, trustPreview } from '../../protocol/trust.ts';
import { bold, dim, green, red } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { described } from './described.ts';

type Affected = TrustPreview['gained'][number];

export const describePreview = described(trustPreview, ({ hosts, gained, lost, newlyDenied, truncated }) =>
  [
    `Of ${hosts} hosts this gains ${bold(String(gained.length))}, loses ${bold(String(lost.length))}` +
      (newlyDenied.length === 0 ? '' : `, and would deny ${bold(String(newlyDenied.length))}`),
    ...gained.map(({ hostId }) => `  ${green('+')} ${hostId}`),
    ...lost.flatMap(withDifferences),
    ...newlyDenied.flatMap(withDifferences),
    ...(truncated ? [dim('  and more: the list was cut')] : []),
  ].join('\n'),
);

function withDifferences({ hostId, differences }: Affected): string[] {
  return [
    `  ${red('−')} ${hostId}`,
    ...differences.map(({ field, expected, actual }) =>
      dim(
        `      ${field} is ${printable(actual ?? 'absent')}, allowed: ${expected.map(printable).join(' or ')}`,
      ),
    ),
  ];
}
