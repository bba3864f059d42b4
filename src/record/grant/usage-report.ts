import { FormatError } from '../../bytes/errors.ts';
import { readManifestKey } from '../../evidence/manifest/keys.ts';
import { manifestKey } from '../../protocol/device-manifest.ts';
import { USAGE_REPORT_TYP, type UsageClaims, usageClaims } from '../../protocol/usage.ts';
import { isSignedBy, parseJws, readClaims } from './jws.ts';

/** A report whose signature holds, by the key that it carries. */
export type UsageReport = {
  readonly claims: UsageClaims;
  /** RFC 7638 thumbprint of that key: whether it is the host's is for the caller to compare. */
  readonly jkt: string;
};

const LIMITS = { path: 'report', maxBytes: 8192, maxNodes: 100 };

/**
 * Reads a report of usage and verifies its signature. The header is of exactly `alg`, `typ` and `jwk`; claims are closed.
 *
 * What remains unproven: whose key it is, and that what is said is true.
 *
 * @throws FormatError `too_long`, `bad_value`, `not_canonical`, `duplicate`, `budget_exceeded`, `unsupported`
 */
export function parseUsageReport(text: string): UsageReport {
  const jws = parseJws(text, 'jwk', LIMITS);
  if (jws.typ !== USAGE_REPORT_TYP) {
    throw new FormatError('unsupported', `report is a ${jws.typ.slice(0, 80)}`, {
      path: 'report.header.typ',
      expected: USAGE_REPORT_TYP,
      actual: jws.typ.slice(0, 80),
    });
  }
  const key = readManifestKey(readClaims(manifestKey, jws.header['jwk'] ?? null, 'report.jwk'), 'report.jwk');
  if (!isSignedBy(jws, key)) {
    throw new FormatError('bad_value', 'report is not signed by the key that it carries', {
      path: 'report.signature',
    });
  }
  return { claims: readClaims(usageClaims, jws.payload, 'report'), jkt: key.kid };
}
