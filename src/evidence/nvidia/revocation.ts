import { type RevocationVerdict, verifyRevocation } from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import type { ValidatedChain } from './chain.ts';
import { modelOf } from './generation.ts';

/** Answers about other certificates, and no answers at all, leave the question open; anything else settles it. */
const SAYS_NOTHING: readonly string[] = ['revocation_data_missing', 'ocsp_other_certificate', 'ocsp_refused'];

/**
 * Asks OCSP responses about every certificate below the root, the leaf included; a hold counts as revoked. Returns until
 * when all of them are fresh, or null where that was not shown.
 */
export function expectUnrevoked(
  checks: CheckList,
  id: 'nvidia.revocation' | 'nvidia.rim.revocation',
  chain: ValidatedChain | null,
  ocsp: readonly Uint8Array[],
  at: Date,
  where: string | undefined,
): Date | null {
  if (chain === null || ocsp.length === 0) {
    checks.skip(id, chain === null ? 'the chain does not hold' : 'no OCSP response was given');
    return null;
  }
  const verdicts = verifyRevocation(chain, { ocsp, at });
  const bad = verdicts.find((verdict) => verdict.status === 'revoked') ?? verdicts.find(isRefused);
  if (bad !== undefined) {
    checks.expect(id, false, 'no certificate of the chain revoked', describe(bad), where);
    return null;
  }
  const open = verdicts.find(({ status }) => status === 'unknown');
  if (open !== undefined) {
    checks.skip(id, describe(open));
    return null;
  }
  const ends = verdicts.flatMap((verdict) =>
    verdict.status === 'good' ? [verdict.freshUntil.getTime()] : [],
  );
  const until = new Date(Math.min(...ends));
  checks.expect(id, true, 'no certificate of the chain revoked', `good until ${until.toISOString()}`, where);
  return until;
}

function isRefused(verdict: RevocationVerdict): boolean {
  return verdict.status === 'unknown' && !SAYS_NOTHING.includes(verdict.why);
}

function describe(verdict: RevocationVerdict): string {
  const name = modelOf(verdict.certificate) ?? 'a certificate';
  switch (verdict.status) {
    case 'good':
      return `${name}: good`;
    case 'revoked':
      return `${name}: revoked ${verdict.revokedAt.toISOString()} (${verdict.reason})`;
    case 'unknown':
      return `${name}: ${verdict.why}`;
  }
}
