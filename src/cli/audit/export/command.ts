import { Command } from 'commander';

export type ExportOptions = {
  readonly out: string;
  readonly tar?: string;
  readonly appraisal?: string;
  readonly decision?: string;
  readonly licence?: string;
  readonly from?: string;
  readonly until?: string;
  readonly sign?: string;
  readonly key?: string;
  readonly as?: string;
  readonly data?: string;
};

/** Loads what it needs when it runs. */
export function auditExportCommand(): Command {
  return new Command('export')
    .description('Hand out evidence, documents and nonces in the forms that the vendors’ own tools read.')
    .argument('<source>', 'as sextant audit takes it')
    .requiredOption('--out <folder>', 'a folder that is not there yet')
    .option('--tar <file>', 'and the same files as one tar archive; the same bytes for the same files')
    .option('--appraisal <session>', 'one appraisal, by its session')
    .option('--decision <id>', 'one decision, with the evidence that it names')
    .option('--licence <id>', 'every decision of a licence, likewise; --from and --until narrow it')
    .option('--from <instant>', 'from this instant on')
    .option('--until <instant>', 'before this instant')
    .option('--sign <file>', 'sign the manifest with this private key: PEM, Ed25519 or P-256')
    .option('--key <line>', 'the log’s key as its operator publishes it elsewhere, name+id+key')
    .option('--as <name>', 'read with the token saved under this name (or SEXTANT_TOKEN)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .addHelpText(
      'after',
      `
A README in each folder has the exact commands of Intel's, AMD's and NVIDIA's tools, tpm2-tools and openssl; recompute.sh
shows with openssl and jq alone that the evidence answers its nonce. SHA256SUMS and manifest.json name every file.

Examples:
  sextant audit export https://verifier.example --as auditor --appraisal ses_… --out export/
  sextant audit export audit/ --decision dec_… --out export/ --tar export.tar --sign auditor.pem`,
    )
    .action(async (source: string, options: ExportOptions) => {
      const { exportAudit } = await import('./export.ts');
      await exportAudit(source, options);
    });
}
