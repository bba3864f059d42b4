import { FormatError } from '../../bytes/errors.ts';
import {
  type OcspResponse,
  parseOcspResponse,
  type RevocationInput,
  type RevocationVerdict,
  revocationCode,
  verifyRevocation,
} from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import type { ValidatedChain } from './chain.ts';
import { modelOf } from './generation.ts';
import { Recent } from './recent.ts';
import { SignatureMemory } from './signature-memory.ts';

/**
 * A response counts until its nextUpdate, and never for longer than this after its thisUpdate: the policy's own age.
 * NVIDIA's responder gives each a day.
 */
export const OCSP_MAX_AGE_MS = 7 * 86_400_000;
/** NVIDIA's responder dates an answer at the instant of the request, by its own clock. */
const AHEAD_MS = 300_000;

/** How a response about NVIDIA's certificates is held against the clock, wherever that is asked. */
export const NVIDIA_OCSP = {
  ocspMaxAgeMs: OCSP_MAX_AGE_MS,
  ocspAheadMs: AHEAD_MS,
  ocspNextUpdate: 'required',
} as const satisfies Partial<RevocationInput>;

/** Answers about other certificates, and no answers at all, leave the question open; anything else settles it. */
const SAYS_NOTHING: readonly string[] = ['revocation_data_missing', 'ocsp_other_certificate', 'ocsp_refused'];

export type RevocationStanding = {
  /** Until when the chip and its CAs are known to be unrevoked; null where that was not shown. */
  readonly freshUntil: Date | null;
  /** A certificate that its issuer has revoked for good, the leaf included, and when; null where none is. A hold may be lifted. */
  readonly revoked: string | null;
};

/**
 * `nvidia.revocation` and `nvidia.revocation.leaf`: asks OCSP responses about every certificate of a device below the root; a
 * hold counts as revoked.
 *
 * The leaf is a question of its own: the chip issues it, and nobody but the chip could certify a responder for it, so NVIDIA's
 * answers `unauthorized` (docs/decisions/0041-ocsp.md). An answer about it that is at hand counts like any other.
 */
export function expectDeviceUnrevoked(
  checks: CheckList,
  chain: ValidatedChain | null,
  ocsp: readonly Uint8Array[],
  at: Date,
  where: string | undefined,
): RevocationStanding {
  const verdicts = verdictsOf(checks, 'nvidia.revocation', chain, ocsp, at);
  const [leaf, ...above] = verdicts;
  // Without any answer, one open question says so for all of them.
  if (leaf === undefined) return { freshUntil: null, revoked: null };
  const revoked = verdicts.find(
    (verdict) => verdict.status === 'revoked' && verdict.reason !== 'certificateHold',
  );
  expectGood(checks, 'nvidia.revocation.leaf', [leaf], where);
  return {
    freshUntil: expectGood(checks, 'nvidia.revocation', above, where),
    revoked: revoked === undefined ? null : describe(revoked),
  };
}

/** `nvidia.rim.revocation`: the same of whoever signed a manifest, the signer included. */
export function expectSignerUnrevoked(
  checks: CheckList,
  chain: ValidatedChain | null,
  ocsp: readonly Uint8Array[],
  at: Date,
): Date | null {
  const verdicts = verdictsOf(checks, 'nvidia.rim.revocation', chain, ocsp, at);
  return verdicts.length === 0 ? null : expectGood(checks, 'nvidia.rim.revocation', verdicts, undefined);
}

/** One host's devices share their CAs' answers, and a fleet those of its manifests' signers. */
const signatures = new SignatureMemory(4096);
const responses = new Recent<OcspResponse>(1024);
/** By the list that all devices of one submission are judged by. */
const lists = new WeakMap<readonly Uint8Array[], readonly (Uint8Array | OcspResponse)[]>();

/** Each as far as it can be read: what cannot be is told by whoever judges it. */
function readResponses(ocsp: readonly Uint8Array[]): readonly (Uint8Array | OcspResponse)[] {
  const read = lists.get(ocsp) ?? ocsp.map(readResponse);
  lists.set(ocsp, read);
  return read;
}

function readResponse(der: Uint8Array): Uint8Array | OcspResponse {
  try {
    return responses.read(der, (bytes) => parseOcspResponse(bytes));
  } catch (error) {
    if (error instanceof FormatError) return der;
    throw error;
  }
}

function verdictsOf(
  checks: CheckList,
  id: 'nvidia.revocation' | 'nvidia.rim.revocation',
  chain: ValidatedChain | null,
  ocsp: readonly Uint8Array[],
  at: Date,
): readonly RevocationVerdict[] {
  if (chain !== null && ocsp.length > 0) {
    return verifyRevocation(chain, {
      ocsp: readResponses(ocsp),
      at,
      outcomes: signatures.outcomes(),
      ...NVIDIA_OCSP,
    });
  }
  checks.skip(id, chain === null ? 'the chain does not hold' : 'no OCSP response was given');
  return [];
}

function expectGood(
  checks: CheckList,
  id: 'nvidia.revocation' | 'nvidia.revocation.leaf' | 'nvidia.rim.revocation',
  verdicts: readonly RevocationVerdict[],
  where: string | undefined,
): Date | null {
  const expected = 'no certificate revoked';
  const bad = verdicts.find(({ status }) => status === 'revoked') ?? verdicts.find(isRefused);
  if (bad !== undefined) {
    checks.expect(id, false, expected, describe(bad), where);
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
  checks.expect(id, true, expected, `good until ${until.toISOString()}`, where);
  return until;
}

function isRefused(verdict: RevocationVerdict): boolean {
  return verdict.status === 'unknown' && !SAYS_NOTHING.includes(verdict.why);
}

function describe(verdict: RevocationVerdict): string {
  const name = modelOf(verdict.certificate) ?? 'a certificate';
  const code = revocationCode(verdict);
  if (verdict.status !== 'revoked') return `${name}: ${code}`;
  return `${name}: ${code} ${verdict.revokedAt.toISOString()} (${verdict.reason})`;
}
