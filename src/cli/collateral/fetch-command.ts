import { type Command, InvalidArgumentError, Option } from 'commander';
import { SNP_PRODUCTS, type SnpProduct } from '../../evidence/amd/evidence.ts';
import type { FetchFlags } from './fetch.ts';
import { collateralCommand, withTrust } from './flags.ts';

export function fetchCommand(): Command {
  return withTrust(
    collateralCommand(
      'fetch',
      'Ask Intel, AMD and NVIDIA for what a platform or a device needs, and keep it.',
    ),
  )
    .option(
      '--for <file>',
      "a quote, a report or NVIDIA's evidence, or a folder of it: whatever verifying it takes",
      collect,
      [],
    )
    .option(
      '--intel <fmspc>',
      'an Intel platform by its FMSPC: 12 hexadecimal digits, from the PCK certificate',
      collect,
      [],
    )
    .addOption(new Option('--tee <tee>', 'with --intel').choices(['tdx', 'sgx']).default('tdx'))
    .addOption(
      new Option('--ca <ca>', 'who issues its PCK, with --intel')
        .choices(['platform', 'processor'])
        .default('platform'),
    )
    .option(
      '--amd <line>',
      `an AMD line's chain and revocation list: ${SNP_PRODUCTS.join(', ')}`,
      productOption,
      [],
    )
    .option('--rim <id>', 'a manifest of NVIDIA by its id, with the status of its signer', collect, [])
    .option('--nras', "the keys of NVIDIA's attestation service")
    .option('--pcs-url <url>', "Intel's PCS, or a PCCS (default: SEXTANT_PCS_URL, else Intel's own)")
    .option('--kds-url <url>', "AMD's KDS, or a mirror (default: SEXTANT_KDS_URL, else AMD's own)")
    .option('--rim-url <url>', "NVIDIA's manifests (default: SEXTANT_NVIDIA_RIM_URL, else NVIDIA's own)")
    .option('--ocsp-url <url>', "NVIDIA's responder (default: SEXTANT_NVIDIA_OCSP_URL, else NVIDIA's own)")
    .option('--nras-url <url>', "NVIDIA's service (default: SEXTANT_NVIDIA_NRAS_URL, else NVIDIA's own)")
    .option('--timeout <seconds>', 'how long to wait for each', seconds, 60)
    .addHelpText(
      'after',
      `
What is valid and cached is asked for again, but for certificates of chips, which never change. Where a vendor cannot be
reached, what is cached counts until its next update, and the command says so.

Exit status: 0 all at hand, 1 something is not, 2 the command could not be carried out.

Examples:
  sextant collateral fetch --for quote.bin
  sextant collateral fetch --for report.bin
  sextant collateral fetch --intel 90c06f000000 --tcb-update early
  sextant collateral fetch --amd Genoa --amd Turin
  sextant collateral fetch --for evidence.json
  sextant collateral fetch --rim NV_GPU_DRIVER_GH100_580.159.03 --nras`,
    )
    .action(async (flags: FetchFlags) => {
      const { fetchAll } = await import('./fetch.ts');
      process.exitCode = await fetchAll(flags);
    });
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function productOption(text: string, before: readonly SnpProduct[]): SnpProduct[] {
  const product = SNP_PRODUCTS.find((line) => line.toLowerCase() === text.toLowerCase());
  if (product === undefined) throw new InvalidArgumentError(`expected one of ${SNP_PRODUCTS.join(', ')}.`);
  return [...before, product];
}

function seconds(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 3600) return number;
  throw new InvalidArgumentError('expected a whole number of seconds from 1 to 3600.');
}
