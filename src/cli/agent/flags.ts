import { Command, InvalidArgumentError, Option } from 'commander';
import { EVIDENCE_KINDS, type EvidenceKind } from '../../agent/attester.ts';
import { GPU_CHOICES, type GpuChoice } from '../../agent/gpu/choice.ts';
import { TSM_REPORTS_PATH } from '../../agent/tee/configfs-tsm.ts';
import { EK_ALGORITHMS, type EkAlgorithm } from '../../agent/tpm/endorsement-keys.ts';

/** Options that every command of the agent takes. */
export type AgentFlags = {
  readonly data?: string;
  readonly verifier?: string;
  readonly evidence?: 'auto' | EvidenceKind;
  readonly gpus?: GpuChoice;
  readonly tsm?: string;
  readonly tcti?: string;
  readonly ak?: 'rsa' | 'ecc';
  readonly akHandle?: number;
  readonly ek?: EkAlgorithm;
  readonly ekCertificate?: string;
  readonly fetchEkCertificate?: boolean;
  readonly ekChain?: string;
  readonly platformCertificate?: string;
  readonly platformChain?: string;
  readonly pcrs?: string;
  readonly dangerouslyPlaintext?: boolean;
  readonly licence?: readonly string[];
  readonly listDevices?: boolean;
};

/** A command of the agent, with the options that all of them take. */
export function agentCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--verifier <url>', 'the verifier (default: the one where this host is enrolled)')
    .option('--data <folder>', 'host key and state (default: <SEXTANT_DATA or ./.sextant>/agent)')
    .addOption(
      new Option(
        '--evidence <kind>',
        'what vouches for this host (default: auto: what it enrolled by, and beside a TPM the guest that it runs in; at enrolment a TEE, else its TPM)',
      ).choices(['auto', ...EVIDENCE_KINDS]),
    )
    .addOption(
      new Option(
        '--gpus <choice>',
        'evidence of NVIDIA GPUs by nvattest: of those that attest (auto, the default), of all or fail (required), or none',
      ).choices([...GPU_CHOICES]),
    )
    .option('--tsm <folder>', `where the kernel makes reports of a TEE (default: ${TSM_REPORTS_PATH})`)
    .option('--tcti <tcti>', 'TPM to use, as tpm2-tools name it (default: TPM2TOOLS_TCTI, else /dev/tpmrm0)')
    .addOption(
      new Option('--ek <kind>', 'endorsement key (default: the first with a certificate)').choices([
        ...EK_ALGORITHMS,
      ]),
    )
    .addOption(new Option('--ak <kind>', 'attestation key to make (default: ecc)').choices(['rsa', 'ecc']))
    .option(
      '--ek-certificate <file>',
      'certificate of the endorsement key, where the TPM holds none (DER or PEM)',
    )
    .option(
      '--fetch-ek-certificate',
      'where the TPM holds none, ask its maker (Intel, AMD) over https and keep the answer; it is sent a digest of the endorsement key, and nothing is proven by asking: the verifier validates the chain as ever',
    )
    .option(
      '--ek-chain <file>',
      'CA certificates above it, or on Azure above the attestation key, where the TPM holds none (DER or PEM)',
    )
    .option(
      '--platform-certificate <file>',
      'the machine’s platform certificate (TCG), to be enrolled with (DER or PEM)',
    )
    .option('--platform-chain <file>', 'CA certificates above its issuer, and that (DER or PEM)')
    .option('--ak-handle <handle>', 'where the attestation key is kept (default: 0x8101a500)', handle)
    .option('--pcrs <list>', 'registers to quote, e.g. sha256:0-9,14')
    .option('--dangerously-plaintext', 'speak plain HTTP to another machine');
}

/** A persistent handle of the owner's (TPM 2.0 Part 2, 7.5; Part 3, 28.5). */
function handle(text: string): number {
  const value = /^0x81[0-7][0-9a-f]{5}$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError('a handle is 0x81000000 to 0x817fffff');
}
