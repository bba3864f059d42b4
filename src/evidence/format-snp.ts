import { FormatError } from '../bytes/errors.ts';
import { parseCertificate, pinnedAnchors } from '../pki/index.ts';
import { readSnpFolder, type SnpFolder } from './amd/folder.ts';
import { checkReportData, parseSnpReport, verifySnpReport } from './amd/index.ts';
import { hasReport } from './amd/report-file.ts';
import type { CheckList } from './check.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';

/** A SEV-SNP attestation report with its certificates: see amd/folder.ts for the names of the files. */
export const SNP: Format = { id: 'snp', usesRoots: true, recognises: hasReport, verify };

function verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings {
  const folder = readSnpFolder(files, context.collateral);
  const { findings, verified } = verifySnpReport({
    ...folder,
    // An ARK beside the report is whoever's: it counts only as one that is pinned or named.
    anchors: [...context.anchors, ...pinnedRoots(folder, context)],
    at: context.at,
  });
  demandLeaf(findings);
  checkNonce(findings, folder, context);
  const tee = findings.passed ? verified : null;
  return { findings, measured: tee === null ? null : { kind: 'tee', tee, vtpm: null } };
}

function pinnedRoots({ certificates }: SnpFolder, { pins }: OfflineContext): OfflineContext['anchors'] {
  const parsed = certificates.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      // The verifier reads it too, and reports it.
      if (error instanceof FormatError) return [];
      throw error;
    }
  });
  return pinnedAnchors(parsed, pins);
}

/** A report that is well formed and alone says nothing either way. */
function demandLeaf({ checks }: CheckList): void {
  const failed = checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  if (failed.length !== 1 || failed[0] !== 'snp.leaf.certificate') return;
  throw new EvidenceError('part_missing', 'the certificate of the VCEK or VLEK is missing', {
    path: 'vcek.der',
  });
}

function checkNonce(findings: CheckList, { report }: SnpFolder, { nonce }: OfflineContext): void {
  try {
    checkReportData(findings, parseSnpReport(report), nonce);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    findings.skip('snp.report-data', 'the report cannot be read');
  }
}
