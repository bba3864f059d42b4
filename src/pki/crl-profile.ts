import type { Crl } from './crl.ts';
import type { Profile } from './profile.ts';
import { RevocationRefusal } from './revocation-failure.ts';

/**
 * What is asked of CRLs beyond section 6.3 of RFC 5280: nothing by `path`, what section 5 says that issuers MUST do by
 * `rfc5280`, and by `webpki` also what the CA/Browser Forum's baseline requirements (BR) say of CRLs for TLS servers.
 *
 * @throws RevocationRefusal `crl_profile_violated`
 */
export function demandCrlProfile(crl: Crl, profile: Profile): void {
  if (profile === 'path') return;
  const faults: readonly string[] =
    profile === 'webpki' ? [...crl.departures, ...webpkiFaults(crl)] : crl.departures;
  if (faults.length === 0) return;
  const actual = faults.join(', ');
  throw new RevocationRefusal('crl_profile_violated', `the CRL departs from profile ${profile}: ${actual}`, {
    actual,
  });
}

/** BR 7.2.2.1: a partition is named by URIs, and speaks of its issuer's own certificates. A certificate stands there once. */
function webpkiFaults({ repeatsEntries, extensions }: Crl): string[] {
  const faults = repeatsEntries ? ['entry_repeated'] : [];
  const { name = null, indirectCRL = false } = extensions.issuingDistributionPoint ?? {};
  const isByUri = name?.fullName?.every(({ form }) => form === 'uniformResourceIdentifier') ?? false;
  if (name !== null && !isByUri) faults.push('distribution_point_no_uri');
  if (indirectCRL) faults.push('indirect');
  return faults;
}
