import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import type { IntelNeed, NvidiaNeed, SnpNeed } from '../../collateral/source.ts';
import { anchorsAmong, type CollateralTrust } from '../../collateral/trust.ts';
import type { SnpProduct } from '../../evidence/amd/evidence.ts';
import { parseSnpReport, snpCertificateNeeds } from '../../evidence/amd/index.ts';
import { parseQuote, readPckIdentity } from '../../evidence/intel/index.ts';
import { parseCertificate, parsePem } from '../../pki/index.ts';
import { UsageError } from '../failure.ts';
import { readEvidence } from '../verify/read-evidence.ts';
import { nvidiaNeed } from './nvidia-needs.ts';

export type Need =
  | { readonly vendor: 'intel'; readonly need: IntelNeed }
  | { readonly vendor: 'amd'; readonly need: SnpNeed }
  | { readonly vendor: 'nvidia'; readonly need: NvidiaNeed };

const REPORT_BYTES = 1184;
/** Attestation key type 2 in every quote of Intel's; the upper half of a version in AMD's reports. */
const ECDSA_P256 = 2;

/**
 * What it takes to verify a quote or a report: a file, or a folder that holds quote.bin or report.bin, or evidence of NVIDIA's
 * devices as `sextant verify` takes it.
 * @throws UsageError, FormatError
 */
export function needOf(
  path: string,
  trust: CollateralTrust,
  product: SnpProduct | undefined,
  at: Date,
): Need {
  const files = readEvidence(path);
  const devices = nvidiaNeed(files, trust, at);
  if (devices !== null) return { vendor: 'nvidia', need: devices };
  const evidence = files.get('quote.bin') ?? files.get('report.bin') ?? [...files.values()][0];
  if (evidence === undefined) throw new UsageError('unreadable', `${path} holds no file`);
  const isQuote = evidence[2] === ECDSA_P256 && evidence[3] === 0;
  return isQuote
    ? intelNeed(path, evidence, files.get('pckchain.pem') ?? null, trust, at)
    : amdNeed(path, evidence, product);
}

function intelNeed(
  path: string,
  bytes: Uint8Array,
  beside: Uint8Array | null,
  trust: CollateralTrust,
  at: Date,
): Need {
  const quote = parseQuote(bytes);
  const pckChain = quote.qe.pckChain ?? beside;
  const certificates =
    pckChain === null ? [] : parsePem(fromUtf8(pckChain, 'pckchain')).map(parseCertificate);
  const identity = readPckIdentity(bytes, pckChain, anchorsAmong(trust, certificates), at);
  if (identity !== null)
    return { vendor: 'intel', need: { tee: quote.tee, fmspc: identity.fmspc, ca: identity.ca } };
  throw new UsageError(
    'unreadable',
    `the PCK certificate of ${path} leads to no trusted root`,
    'Name the platform with --intel FMSPC, or a root of your own with --roots.',
  );
}

function amdNeed(path: string, bytes: Uint8Array, product: SnpProduct | undefined): Need {
  const report = readReport(path, bytes);
  const need = snpCertificateNeeds(report, product);
  if (need !== null) return { vendor: 'amd', need };
  throw new UsageError(
    'unreadable',
    `${path} does not say whose certificate it takes: its chip is masked, or it is of version 2, which names no processor`,
    'Name the processor line with --amd Milan.',
  );
}

function readReport(path: string, bytes: Uint8Array) {
  try {
    return parseSnpReport(bytes.subarray(0, REPORT_BYTES));
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new UsageError(
      'unreadable',
      `${path} is neither a quote of Intel's nor a report of AMD's, nor evidence of NVIDIA's devices`,
      cause.message,
      cause,
    );
  }
}
