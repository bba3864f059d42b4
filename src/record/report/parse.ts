import { canonicalJson } from '../../bytes/canonical-json.ts';
import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, parseJson } from '../../bytes/json.ts';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { type LicenceReport, licenceReport } from '../../protocol/report.ts';
import { type Jws, parseJws, readClaims } from '../grant/jws.ts';

/** Ten thousand devices with a month of decisions fit. */
export const MAX_REPORT_BYTES = 512 * 1024 * 1024;
const LIMITS = { maxBytes: MAX_REPORT_BYTES, maxNodes: 50_000_000 };

/** What stands before the report's own bytes in the document, and behind them. */
export const REPORT_BEFORE = '{"report":';
export const REPORT_AFTER = ',"signature":"';
export const REPORT_END = '"}';

/** `{}`: in the place of the payload while header and signature are read. */
const NO_PAYLOAD = toBase64Url(toUtf8('{}', 'payload'));

export type ParsedReport = {
  readonly report: LicenceReport;
  readonly jws: Jws;
  readonly kid: string;
  /** Of the report's bytes as they stand. */
  readonly isCanonical: boolean;
};

/**
 * Reads a signed report (protocol/report.ts): canonical JSON of a report and the JWS over its very bytes, which are kept as they stand
 * and never written again to be verified. A white space at the end of the file is no part of it.
 *
 * Unproven afterwards: everything that it says. {@link verifyReport} judges.
 *
 * @throws FormatError `bad_value`, `too_long`, `duplicate`, `budget_exceeded`, `not_canonical`, `unsupported`
 */
export function parseReport(document: string): ParsedReport {
  const text = document.trimEnd();
  const value = parseJson(text, LIMITS);
  const { report, signature, ...more } = isJsonObject(value) ? value : {};
  // The last occurrence ends the report: a signature has no quotation mark in it.
  const end = text.lastIndexOf(REPORT_AFTER);
  const isFramed =
    text.startsWith(REPORT_BEFORE) &&
    typeof signature === 'string' &&
    text.slice(end) === `${REPORT_AFTER}${signature}${REPORT_END}` &&
    Object.keys(more).length === 0;
  if (!isFramed || report === undefined) {
    throw new FormatError('bad_value', 'not a signed report', {
      path: 'report',
      expected: `${REPORT_BEFORE}…${REPORT_AFTER}…${REPORT_END}`,
    });
  }
  const bytes = text.slice(REPORT_BEFORE.length, end);
  const jws = readSignature(signature, bytes);
  return {
    report: readClaims(licenceReport, report, 'report'),
    jws,
    kid: String(jws.header['kid']),
    isCanonical: canonicalJson(report) === bytes,
  };
}

/** RFC 7515, appendix F: whoever has the payload puts it back between the dots. */
function readSignature(signature: string, payload: string): Jws {
  const [header, detached, value, ...more] = signature.split('.', 4);
  if (header === undefined || detached !== '' || value === undefined || more.length > 0) {
    throw new FormatError('bad_value', 'the signature is no JWS with its payload detached', {
      path: 'signature',
      expected: 'header..signature',
    });
  }
  const limits = { path: 'signature', maxBytes: 4096, maxNodes: 16 };
  const jws = parseJws(`${header}.${NO_PAYLOAD}.${value}`, 'kid', limits);
  const input = `${header}.${toBase64Url(toUtf8(payload, 'report'))}`;
  return { ...jws, signingInput: toUtf8(input, 'report') };
}
