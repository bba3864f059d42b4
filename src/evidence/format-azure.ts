import {
  type Certificate,
  type Pin,
  parseCertificate,
  pinnedAnchors,
  type TrustAnchor,
} from '../pki/index.ts';
import { readSnpFolder, type SnpFolder } from './amd/folder.ts';
import { isLeaf } from './amd/folder-names.ts';
import { type AzureFolder, azureEvidenceType, readAzureFolder } from './azure/folder.ts';
import { type AzureCvmEvidence, type HclReportType, parseHclReport, verifyAzureCvm } from './azure/index.ts';
import type { EvidenceFolder, Format, OfflineContext, OfflineFindings } from './format.ts';
import { readCollateral } from './intel/folder.ts';
import { certificatesIn } from './intel/folder-certificates.ts';
import { parseQuote } from './intel/index.ts';

/**
 * Azure confidential VMs, one format for each maker of hardware: see azure/folder.ts for the names of the files. Certificates
 * and CRLs lie beside them as with any SNP report, Intel's collateral as with any quote.
 */
export const AZURE_SNP: Format = formatOf('snp');
export const AZURE_TDX: Format = formatOf('tdx');

function formatOf(type: HclReportType): Format {
  return {
    id: `azure-${type}`,
    usesRoots: true,
    ...(type === 'tdx' ? { hasTcbStatus: true } : {}),
    recognises: (files) => azureEvidenceType(files) === type,
    verify,
  };
}

function verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings {
  const { collateral, named, at, nonce, strictness: policy } = context;
  const folder = readAzureFolder(files);
  const { certificates, crl } = readBeside(files, folder, collateral);
  const { findings, verified } = verifyAzureCvm({
    ...folder,
    vtpm: folder,
    certificates,
    crl,
    intelCollateral: readCollateral(named, collateral),
    ...trusted(certificates, folder, context),
    at,
    policy,
    ...(nonce === undefined ? {} : { extraData: nonce }),
  });
  return { findings, ...(verified === null ? { measured: null } : proven(verified)) };
}

function proven({ tee, quote }: AzureCvmEvidence): Omit<OfflineFindings, 'findings'> {
  const { pcrs, signatureHash } = quote;
  return {
    // What a virtual TPM calls its firmware is its paravisor's choice: 0 is below every minimum.
    measured: { kind: 'tee', tee, vtpm: { kind: 'tpm', pcrs, firmwareVersion: 0n, signatureHash } },
    ...(tee.tee === 'tdx' ? { platform: { tcbStatus: tee.verdict.status, verdict: tee.verdict } } : {}),
  };
}

/** What the evidence names, and what lies beside it by the names that any SNP report's certificates have. */
function readBeside(
  files: EvidenceFolder,
  { hclReport, certificates }: AzureFolder,
  collateral: EvidenceFolder,
): Pick<SnpFolder, 'certificates' | 'crl'> {
  const { hardwareReport } = parseHclReport(hclReport);
  const snp = readSnpFolder(new Map([...files, ['report.bin', hardwareReport]]), collateral);
  // Which VCEK is meant, somebody has said by laying one there.
  const inside = [...files.keys()].some(isLeaf) ? [] : certificates;
  return { certificates: [...inside, ...snp.certificates], crl: snp.crl };
}

/** Pins of Azure's own, by what `certs/azure.json` calls them: other makers' roots vouch for no key of Azure's. */
const AZURE_ROOTS: ReadonlySet<string> = new Set(['Azure Virtual TPM Root Certificate Authority 2023']);

/** Roots that came with the evidence count only as pinned; what the caller names counts for hardware and key alike. */
function trusted(
  ders: readonly Uint8Array[],
  { tdQuote }: AzureFolder,
  { anchors, pins }: OfflineContext,
): { hardwareAnchors: readonly TrustAnchor[]; akAnchors: readonly TrustAnchor[] } {
  const quoted = tdQuote === null ? [] : certificatesIn([parseQuote(tdQuote).qe.pckChain]);
  const found: readonly Certificate[] = [...ders.map((der) => parseCertificate(der)), ...quoted];
  const isAzures = ({ name }: Pin): boolean => AZURE_ROOTS.has(name);
  return {
    hardwareAnchors: [
      ...anchors,
      ...pinnedAnchors(
        found,
        pins.filter((pin) => !isAzures(pin)),
      ),
    ],
    akAnchors: [...anchors, ...pinnedAnchors(found, pins.filter(isAzures))],
  };
}
