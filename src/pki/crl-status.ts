import { equalBytes } from '../bytes/equal.ts';
import type { Certificate } from './certificate.ts';
import { type Crl, findEntry } from './crl.ts';
import type { RevokedEntry } from './crl-entries.ts';
import { authenticateCrl, verifyCrlSignature } from './crl-issuer.ts';
import { demandCrlProfile } from './crl-profile.ts';
import { distributionPointsOf, reasonsCovered } from './crl-scope.ts';
import { equalNames } from './name.ts';
import type {
  CertifiedPath,
  KeyHolder,
  RevocationContext,
  RevocationFinding,
  RevocationSource,
} from './revocation-context.ts';
import { failureOf, type RevocationFailure, RevocationRefusal } from './revocation-failure.ts';
import { ALL_REASONS } from './revocation-reason.ts';

/**
 * The status of the certificate at `index` of a path by the CRLs at hand: RFC 5280, section 6.3.3, whole, with
 * distribution points, indirect CRLs, CRLs for some reasons and delta CRLs.
 *
 * `good` only if every reason for revocation is covered by CRLs that are authentic, fresh and in scope.
 */
export function statusByCrl(
  path: CertifiedPath,
  index: number,
  context: RevocationContext,
): RevocationFinding {
  const certificate = path.chain[index];
  const failures: RevocationFailure[] = [];
  const sources: RevocationSource[] = [];
  let covered = 0;
  if (certificate === undefined) return { status: 'unknown', failures };
  for (const point of distributionPointsOf(certificate)) {
    for (const crl of context.crls) {
      if (covered === ALL_REASONS) break;
      try {
        context.budget.spend('nodes');
        const reasons = reasonsCovered(crl, point, certificate);
        if ((reasons & ~covered) === 0) continue;
        const { entry, used } = consult(crl, path, index, certificate, context, failures);
        sources.push(...used);
        if (entry !== null) {
          return { status: 'revoked', reason: entry.reason, revokedAt: entry.revocationDate, sources };
        }
        covered |= reasons;
      } catch (error) {
        failures.push(failureOf(error, 'crl', crl.sha256));
      }
    }
  }
  if (covered === ALL_REASONS) return { status: 'good', sources, freshUntil: freshUntil(sources) };
  return { status: 'unknown', failures: explain(certificate, covered, failures, context) };
}

/** Steps (c) and (f) to (k) for one complete CRL and the delta that continues it, if there is one. */
function consult(
  crl: Crl,
  path: CertifiedPath,
  index: number,
  certificate: Certificate,
  context: RevocationContext,
  failures: RevocationFailure[],
): { readonly entry: RevokedEntry | null; readonly used: RevocationSource[] } {
  demandUsable(crl, context);
  const stale = staleness(crl, context);
  const candidates = context.deltas.filter((delta) => continues(delta, crl));
  // 6.3.3 (a)(1): a CRL that has grown old may still be the base of a delta that has not.
  if (stale !== null && (stale.code !== 'crl_expired' || candidates.length === 0)) throw stale;
  const signer = authenticateCrl(crl, path, index, context);
  const delta = firstUsable(candidates, signer, context, failures);
  if (delta === null && stale !== null) throw stale;
  const used = [...(delta === null ? [] : [sourceOf(delta)]), ...(stale === null ? [sourceOf(crl)] : [])];
  const fromDelta =
    delta === null ? undefined : findEntry(delta, certificate.issuer, certificate.serialNumber);
  if (fromDelta?.reason === 'removeFromCRL') return { entry: null, used };
  const entry = fromDelta ?? findEntry(crl, certificate.issuer, certificate.serialNumber) ?? null;
  return { entry, used };
}

/** 5.2.4 and 6.3.3 (c): the same issuer, scope and key, a base no newer than this CRL, and news since. */
function continues(delta: Crl, crl: Crl): boolean {
  const { deltaBase, crlNumber } = delta.extensions;
  const number = crl.extensions.crlNumber;
  if (deltaBase === null || crlNumber === null || number === null) return false;
  return (
    equalNames(delta.issuer, crl.issuer) &&
    deltaBase <= number &&
    number < crlNumber &&
    sameBytes(
      delta.extensions.issuingDistributionPoint?.der ?? null,
      crl.extensions.issuingDistributionPoint?.der ?? null,
    ) &&
    sameBytes(delta.extensions.authorityKeyIdentifier, crl.extensions.authorityKeyIdentifier)
  );
}

function firstUsable(
  deltas: readonly Crl[],
  signer: KeyHolder,
  context: RevocationContext,
  failures: RevocationFailure[],
): Crl | null {
  for (const delta of deltas) {
    try {
      demandUsable(delta, context);
      const stale = staleness(delta, context);
      if (stale !== null) throw stale;
      // (h): with the key of the complete CRL, no other.
      verifyCrlSignature(delta, signer, context);
      return delta;
    } catch (error) {
      failures.push(failureOf(error, 'crl', delta.sha256));
    }
  }
  return null;
}

/** Sections 5.2 and 5.3: a CRL with a critical extension that is not understood must not be used. */
export function demandUsable(crl: Crl, { crlProfile }: RevocationContext): void {
  const [unknown] = [...crl.extensions.unknownCritical, ...crl.unknownCriticalEntry];
  if (unknown !== undefined) {
    throw new RevocationRefusal('crl_extension_unknown', `critical extension ${unknown} is not understood`, {
      actual: unknown,
    });
  }
  demandCrlProfile(crl, crlProfile);
}

/** Whether `at` lies within thisUpdate and nextUpdate, both included. */
export function staleness(
  { thisUpdate, nextUpdate }: Crl,
  { at, skewMs }: RevocationContext,
): RevocationRefusal | null {
  const actual = at.toISOString();
  if (!(thisUpdate.getTime() <= at.getTime() + skewMs)) {
    const expected = `not before ${thisUpdate.toISOString()}`;
    return new RevocationRefusal('crl_not_yet_valid', 'the CRL is not yet valid', { expected, actual });
  }
  if (nextUpdate === null) {
    return new RevocationRefusal('crl_next_update_missing', 'the CRL does not say when the next one comes');
  }
  if (!(nextUpdate.getTime() >= at.getTime() - skewMs)) {
    const expected = `not after ${nextUpdate.toISOString()}`;
    return new RevocationRefusal('crl_expired', 'the CRL has grown old', { expected, actual });
  }
  return null;
}

function explain(
  { issuer }: Certificate,
  covered: number,
  failures: readonly RevocationFailure[],
  context: RevocationContext,
): RevocationFailure[] {
  const explained = [...failures];
  if (covered !== 0) {
    const message = 'some reasons for revocation are covered by no CRL';
    explained.push({ code: 'crl_reasons_incomplete', message, source: null });
  }
  const ofIssuer = (crl: Crl): boolean => equalNames(crl.issuer, issuer);
  const delta = context.deltas.find(ofIssuer);
  if (delta !== undefined && !context.crls.some(ofIssuer)) {
    const message = 'there is no complete CRL that the delta CRL continues';
    explained.push({ code: 'crl_delta_without_base', message, source: delta.sha256 });
  }
  return explained;
}

function sourceOf({ sha256, thisUpdate, nextUpdate }: Crl): RevocationSource {
  return { kind: 'crl', sha256, thisUpdate, nextUpdate };
}

function freshUntil(sources: readonly RevocationSource[]): Date {
  // Every source here passed `staleness`, which refuses those without a next update.
  return new Date(Math.min(...sources.flatMap(({ nextUpdate }) => nextUpdate?.getTime() ?? [])));
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : equalBytes(a, b);
}
