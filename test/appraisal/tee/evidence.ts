import type { SnpEvidence } from '../../../src/evidence/amd/evidence.ts';
import type { TdReport, TdxEvidence } from '../../../src/evidence/intel/evidence.ts';
import type { IntelVerdict } from '../../../src/evidence/intel/verdict.ts';
import type { Verified } from '../../../src/evidence/verified.ts';
import { intelVerdict, snpState } from './states.ts';

const bytes = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);

/** A guest that every default accepts, as if its quote had been verified. */
export function tdxEvidence(
  report: Partial<TdReport> = {},
  verdict: Partial<IntelVerdict> = {},
): Verified<TdxEvidence> {
  const evidence: TdxEvidence = {
    tee: 'tdx',
    quoteVersion: 4,
    pck: {
      fmspc: '90c06f000000',
      pceId: '0000',
      ca: 'platform',
      ppid: 'e0'.repeat(16),
      piid: null,
    },
    verdict: intelVerdict(verdict),
    validUntil: new Date('2026-03-22T00:00:00Z'),
    report: {
      teeTcbSvn: bytes(0, 16),
      mrSeam: bytes(0xd0, 48),
      mrSignerSeam: bytes(0, 48),
      seamAttributes: bytes(0, 8),
      tdAttributes: 0x1000_0000n,
      xfam: 0x6_00e7n,
      mrTd: bytes(0xa0, 48),
      mrConfigId: bytes(0, 48),
      mrOwner: bytes(0, 48),
      mrOwnerConfig: bytes(0, 48),
      rtMr: [bytes(0xb0, 48), bytes(0xb1, 48), bytes(0xb2, 48), bytes(0xb3, 48)],
      reportData: bytes(0, 64),
      teeTcbSvn2: null,
      mrServiceTd: null,
      ...report,
    },
  };
  return evidence as Verified<TdxEvidence>; // a test's word for it
}

/** A guest that every default accepts, as if its report had been verified. */
export function snpEvidence(changed: Partial<SnpEvidence> = {}): Verified<SnpEvidence> {
  const { currentTcb, currentVersion } = snpState();
  const evidence: SnpEvidence = {
    tee: 'snp',
    product: 'Genoa',
    report: {
      version: 5,
      guestSvn: 2,
      policy: 0x3_001fn,
      familyId: bytes(0, 16),
      imageId: bytes(0, 16),
      vmpl: 0,
      platformInfo: 0x27n,
      authorKeyEnabled: false,
      chipKeyMasked: false,
      signingKey: 'vcek',
      reportData: bytes(0, 64),
      measurement: bytes(0xa0, 48),
      hostData: bytes(0, 32),
      idKeyDigest: bytes(0, 48),
      authorKeyDigest: bytes(0, 48),
      reportId: bytes(0, 32),
      reportIdMa: bytes(0xff, 32),
      cpu: { family: 0x19, model: 0x11, stepping: 1 },
      chipId: bytes(0xe0, 64),
      currentTcb,
      reportedTcb: currentTcb,
      committedTcb: currentTcb,
      launchTcb: currentTcb,
      currentVersion,
      committedVersion: currentVersion,
      launchMitVector: 0x3fn,
      currentMitVector: 0x3fn,
    },
    chipId: 'e0'.repeat(64),
    cspId: null,
    revocationChecked: true,
    validUntil: new Date('2027-01-01T00:00:00Z'),
    ...changed,
  };
  return evidence as Verified<SnpEvidence>; // a test's word for it
}
