import { Command } from 'commander';

export type CollateralFlags = {
  readonly data?: string;
  readonly roots?: string;
  readonly pcsUrl?: string;
  readonly kdsUrl?: string;
  readonly rimUrl?: string;
  readonly ocspUrl?: string;
  readonly nrasUrl?: string;
  readonly tcbUpdate?: string;
  readonly json?: boolean;
};

export function collateralCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--data <folder>', 'where the verifier keeps everything (default: SEXTANT_DATA, else ./.sextant)')
    .option('--json', 'print JSON');
}

/** For commands that judge documents. */
export function withTrust(command: Command): Command {
  return command
    .option(
      '--roots <folder>',
      'certificates to trust besides the pinned roots of Intel, AMD and NVIDIA: what they vouch for is your decision',
    )
    .option(
      '--tcb-update <which>',
      "which of Intel's evaluations: standard, early, or a tcbEvaluationDataNumber (default: SEXTANT_TCB_UPDATE, else standard)",
    );
}
