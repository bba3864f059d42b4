import type { IntelEvaluations, IntelNeed } from '../../collateral/source.ts';
import { withProgress } from '../terminal/progress.ts';
import { dim } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import type { CollateralFlags } from './flags.ts';
import { openCollateral } from './open.ts';

export type EvaluationFlags = CollateralFlags & { readonly tee: IntelNeed['tee'] };

/** Prints Intel's evaluations. @throws CollateralError */
export async function listEvaluations(flags: EvaluationFlags): Promise<void> {
  const { collateral } = await openCollateral(flags);
  const { evaluations, provenance } = await withProgress('asking Intel', () =>
    collateral.evaluations(flags.tee, { renew: true, timeoutMs: 60_000 }),
  );
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ evaluations, provenance }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${table(COLUMNS, evaluations)}\n`);
  process.stdout.write(dim(`as of ${provenance.issuedAt?.toISOString() ?? 'an unknown day'}\n`));
}

type Row = IntelEvaluations['evaluations'][number];

const COLUMNS: Parameters<typeof table<Row>>[0] = [
  { title: 'EVALUATION', value: ({ number }) => String(number) },
  { title: 'PUBLISHED', value: ({ recoveryEventDate }) => recoveryEventDate.toISOString().slice(0, 10) },
  { title: 'TCB DATE', value: ({ tcbDate }) => tcbDate.toISOString().slice(0, 10) },
];
