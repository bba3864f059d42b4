import { TAG } from '../bytes/der-tag.ts';
import { writeElement, writeSequence } from '../bytes/der-writer.ts';
import { FormatError } from '../bytes/errors.ts';
import { toHex } from '../bytes/text.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import type { DistributionPoint } from './extension-locations.ts';
import type { GeneralName } from './general-name.ts';
import { equalNames, type Name, parseName } from './name.ts';
import { RevocationRefusal } from './revocation-failure.ts';
import { reasonSet } from './revocation-reason.ts';

/**
 * The distribution points under which CRLs are sought for a certificate (RFC 5280, 6.3.3): those that it names, and then
 * the one that is implied, its issuer's own name.
 */
export function distributionPointsOf(certificate: Certificate): readonly DistributionPoint[] {
  const implied: DistributionPoint = {
    fullName: [{ form: 'directoryName', value: certificate.issuer }],
    relativeName: null,
    reasons: null,
    cRLIssuer: null,
  };
  return [...(certificate.extensions.cRLDistributionPoints?.value ?? []), implied];
}

/**
 * RFC 5280, 6.3.3 (b) and (d): the reasons for revocation of which this CRL speaks, for this certificate under this
 * distribution point.
 *
 * @throws RevocationRefusal `crl_other_issuer`, `crl_out_of_scope`
 */
export function reasonsCovered(crl: Crl, point: DistributionPoint, certificate: Certificate): number {
  demandIssuer(crl, point, certificate);
  const scope = crl.extensions.issuingDistributionPoint;
  if (scope === null) return reasonSet(point.reasons);
  if (scope.name !== null && !namesMeet(crl, scope.name, point, certificate)) {
    throw outOfScope('names another distribution point');
  }
  const isCa = certificate.extensions.basicConstraints?.value.cA === true;
  if (scope.onlyContainsUserCerts && isCa) throw outOfScope('covers no CA certificates');
  if (scope.onlyContainsCACerts && !isCa) throw outOfScope('covers CA certificates alone');
  if (scope.onlyContainsAttributeCerts) throw outOfScope('covers attribute certificates alone');
  return reasonSet(point.reasons) & reasonSet(scope.onlySomeReasons);
}

/** (b)(1): the certificate's own issuer, or the one that its distribution point names, in a CRL marked as indirect. */
function demandIssuer(crl: Crl, { cRLIssuer }: DistributionPoint, certificate: Certificate): void {
  const isIndirect = crl.extensions.issuingDistributionPoint?.indirectCRL === true;
  const holds =
    cRLIssuer === null
      ? equalNames(crl.issuer, certificate.issuer)
      : isIndirect && directoryNames(cRLIssuer).some((name) => equalNames(name, crl.issuer));
  if (!holds) throw new RevocationRefusal('crl_other_issuer', 'the CRL is another issuer’s');
}

/** (b)(2)(i): one name of the CRL's distribution point is one of the certificate's, or of its cRLIssuer. */
function namesMeet(
  crl: Crl,
  scope: Pick<DistributionPoint, 'fullName' | 'relativeName'>,
  point: DistributionPoint,
  certificate: Certificate,
): boolean {
  const issuers = point.cRLIssuer === null ? [certificate.issuer] : directoryNames(point.cRLIssuer);
  const wanted =
    point.fullName === null && point.relativeName === null
      ? (point.cRLIssuer ?? []).map(nameKey)
      : pointKeys(point, issuers);
  const covered = new Set(pointKeys(scope, [crl.issuer]));
  return wanted.some((key) => covered.has(key));
}

/** DistributionPointName as comparable texts; a relative name continues the name of the CRL's issuer (4.2.1.13). */
function pointKeys(
  { fullName, relativeName }: Pick<DistributionPoint, 'fullName' | 'relativeName'>,
  issuers: readonly Name[],
): string[] {
  if (fullName !== null) return fullName.map(nameKey);
  const [issuer] = issuers;
  // A name relative to one of several issuers would mean nothing in particular.
  if (relativeName === null || issuer === undefined || issuers.length > 1) return [];
  const last = readRelativeName(relativeName);
  return last === null ? [] : [`directoryName ${[...issuer.canonicalRdns, ...last.canonicalRdns].join(',')}`];
}

function readRelativeName(contents: Uint8Array): Name | null {
  try {
    return parseName(writeSequence(writeElement(TAG.set, contents)));
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function nameKey({ form, value }: GeneralName): string {
  if (typeof value === 'string') return `${form} ${value}`;
  return `${form} ${value instanceof Uint8Array ? toHex(value) : value.canonical}`;
}

function directoryNames(names: readonly GeneralName[]): Name[] {
  return names.flatMap((name) => (name.form === 'directoryName' ? [name.value] : []));
}

function outOfScope(why: string): RevocationRefusal {
  return new RevocationRefusal('crl_out_of_scope', `the CRL ${why}`);
}
