import { type Command, Option } from 'commander';
import type { IntelEvaluations, IntelNeed } from '../../collateral/source.ts';
import { withProgress } from '../terminal/progress.ts';
import { dim } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import { type CollateralFlags, collateralCommand, openCollateral, withTrust } from './flags.ts';

type EvaluationFlags = CollateralFlags & { readonly tee: IntelNeed['tee'] };

export function evaluationsCommand(): Command {
  return withTrust(
    collateralCommand('evaluations', 'List the evaluations of TCB data that Intel serves now.'),
  )
    .addOption(new Option('--tee <tee>').choices(['tdx', 'sgx']).default('tdx'))
    .option('--pcs-url <url>', "Intel's PCS, or a PCCS (default: SEXTANT_PCS_URL, else Intel's own)")
    .addHelpText(
      'after',
      `
The newest is what --tcb-update early answers with; standard follows it months later, and platforms that were not updated
turn OutOfDate that day. Naming a number instead keeps that day yours, for as long as Intel serves the number.

Example:
  sextant collateral evaluations
  sextant collateral fetch --for quote.bin --tcb-update 19`,
    )
    .action(async (flags: EvaluationFlags) => list(flags));
}

async function list(flags: EvaluationFlags): Promise<void> {
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
