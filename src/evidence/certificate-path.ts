import {
  type Certificate,
  PathError,
  type PathPolicy,
  type TrustAnchor,
  type VerifiedPath,
  verifyPath,
} from '../pki/index.ts';
import type { CheckList } from './check.ts';

/** What the checks of a certificate's path are called, and what they ask. */
export type PathChecks = {
  /** The identifiers of three checks: of dates, of the path itself, and of what the caller knows of revocation. */
  readonly ids: { readonly expired: string; readonly chain: string; readonly revocation: string };
  /** `a path to a manufacturer's CA`. */
  readonly expected: string;
  readonly policy: PathPolicy;
  /** Whether what a path that was not found leaves unasked is listed as not performed. */
  readonly listsUnasked: boolean;
};

export type PathOptions = {
  /** The CAs that the caller trusts. None: nothing passes. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
  /** The caller's look at revocation: throws PathError to refuse. Absent: reported as not performed. */
  readonly acceptPath?: ((path: VerifiedPath) => void) | undefined;
};

/**
 * RFC 5280, section 6, and what the caller knows beyond it, as three checks: a path that was not found fails the one that it
 * was not found for.
 *
 * @param intermediates in any order; unrelated ones are passed over
 * @returns null unless a path was found
 */
export function checkPath(
  checks: CheckList,
  { ids, expected, policy, listsUnasked }: PathChecks,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  { anchors, at, acceptPath }: PathOptions,
): VerifiedPath | null {
  let path: VerifiedPath;
  try {
    const input = { leaf, intermediates, anchors, at, policy };
    path = verifyPath(acceptPath === undefined ? input : { ...input, acceptPath });
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    const failed = ids[questionOf(error)];
    checks.expect(failed, false, error.expected ?? expected, `${error.code}: ${error.message}`);
    const unasked = listsUnasked ? Object.values(ids).filter((id) => id !== failed) : [];
    for (const id of unasked) checks.skip(id, 'no path was found');
    return null;
  }
  const until = `valid until ${path.validUntil.toISOString()}`;
  checks.expect(ids.expired, true, `valid at ${at.toISOString()}`, until);
  checks.expect(ids.chain, true, expected, `${path.chain.length} certificates`);
  if (acceptPath === undefined) checks.skip(ids.revocation, 'no revocation lists were given');
  else checks.expect(ids.revocation, true, 'not revoked', 'not revoked');
  return path;
}

function questionOf({ code }: PathError): keyof PathChecks['ids'] {
  switch (code) {
    case 'expired':
    case 'not_yet_valid':
    case 'validity_inverted':
      return 'expired';
    case 'path_refused':
      return 'revocation';
    default:
      return 'chain';
  }
}
