import { Command, InvalidArgumentError } from 'commander';
import { fromHex } from '../../bytes/text.ts';
import { instant } from '../options.ts';
import type { VerifyFlags } from './verify.ts';

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Judge evidence offline and print every check.')
    .argument('<path...>', 'a file, or a folder of the files of one piece of evidence')
    .option('--at <instant>', 'judge as of this RFC 3339 instant with Z (default: now)', instant)
    .option(
      '--nonce <hex>',
      'what the evidence must answer; without it freshness is reported as not performed',
      hex,
    )
    .option(
      '--collateral <folder>',
      'CRLs, TCB information and their like; files beside the evidence count first',
    )
    .option(
      '--roots <folder>',
      'certificates to trust besides the pinned anchors: what they vouch for is your decision',
    )
    .option(
      '--jwks <file>',
      "keys of NVIDIA's attestation service that you had of NVIDIA yourself, for its tokens: what they sign is believed",
    )
    .option(
      '--policy <name|file>',
      'authenticity, gate, or a JSON file that starts from one of them',
      'authenticity',
    )
    .option(
      '--expected-log <file>',
      'a boot log that was expected: names the first event of each register that departs from it',
    )
    .option('--json', 'print the judgement as JSON; an array where several paths are given')
    .addHelpText(
      'after',
      `
Policies:
  authenticity  structure, signatures, chain and dates; what could not be done is listed as not performed
  gate          fails on anything that was not performed, refuses weak algorithms, and holds confidential guests and their
                platforms to rules: up to date, no debugging, no Milan, … (docs/tee-policy.md)

Exit status: 0 accepted by the policy, 1 refused, 2 could not be judged. Of several paths the gravest counts.

Layouts of a folder. Where a folder of nothing but changed files stands over one of --collateral, both are judged as one.
TPM quotes, as tpm2-tools write them:
  quote.msg, quote.sig, quote.pcrs   from tpm2_quote (PCR values raw with -F values, or serialized)
  ak.pub or ak.pem                   the attestation key: TPM2B_PUBLIC, or a PEM public key
  iak.crt                            of a key that the machine's maker certified, its root in --roots
Intel TDX and SGX; a quote may also be named alone, with --collateral for the rest:
  quote.bin                          the quote; pckchain.pem beside it where it carries no chain
  tcbInfo.json, tcbchain.pem         TCB Info of the platform's FMSPC and the chain that signed it
  qeIdentity.json, qechain.pem       identity of the quoting enclave, and its chain
  rootcrl.hex, pckcrl.hex            CRLs of the root and of the PCK's CA, DER in hexadecimal
  collateral.json                    or all of these in one; ccel.bin, the event log of a TD
AMD SEV-SNP; a report may also be named alone, with --collateral for its certificates:
  report.bin                         the attestation report: bytes, hexadecimal or base64; auxblob.bin, its certificate table
  vcek.pem or vlek.pem, ask.pem, ark.pem, or .der of each; the CRL of the line as crl.der
Azure confidential VMs, with the hardware's certificates or collateral as above:
  evidence.json                      as the attesters of Confidential Containers write it; or
  hcl-report.bin, ak.crt             NV indices 0x01400001 and 0x01C101D0, with the TPM quote's files
  td-quote.bin                       TDX: the metadata service's quote of the report
NVIDIA GPUs and NVSwitches, with their manifests as <RIM id>.xml and OCSP responses as *.ocsp, beside or in --collateral:
  evidence.json                      as nvattest collect-evidence prints it; or report.txt and chain.txt of one device
  a lone .json file                  what NVIDIA's attestation service answered (its keys with --jwks)
Boot logs, alone or beside a TPM quote:
  eventlog, or any lone .bin         the firmware's log; ima, Linux's log of files (either form)
GCE virtual machines, with Google's CA certificates in --collateral:
  a lone file                        the Attestation message of go-tpm-tools
AWS Nitro Enclaves:
  document.cbor, or a lone file      the attestation document, CBOR or base64 of it

Examples:
  sextant verify examples/evidence/tpm-ecc
  sextant verify quote.bin --collateral collateral/ --at 2026-06-01T00:00:00Z
  sextant verify quote/ --nonce "$(cat quote/nonce.hex)" --policy gate --json`,
    )
    .action(async (paths: readonly string[], flags: VerifyFlags) => {
      const { verify } = await import('./verify.ts');
      process.exitCode = await verify(paths, flags);
    });
}

/** None at all, as of a file that could not be read, would ask nothing of evidence that answers nothing. */
function hex(text: string): Uint8Array {
  const digits = text.trim();
  try {
    if (digits !== '') return fromHex(digits, 'nonce');
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('expected hexadecimal digits, an even number of them.');
}
