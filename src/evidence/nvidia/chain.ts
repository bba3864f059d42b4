import {
  type Certificate,
  type CertifiedPath,
  DEFAULT_ALGORITHMS,
  HARDWARE_POLICY,
  PathError,
  type PathPolicy,
  type TrustAnchor,
  verifyPath,
} from '../../pki/index.ts';

/** NVIDIA signs with P-384 and SHA-384 throughout: devices and reference manifests alike. */
const NVIDIA_ALGORITHMS = {
  ...DEFAULT_ALGORITHMS,
  name: 'nvidia',
  hashes: ['sha384'],
  curves: ['P-384'],
  edwards: false,
} as const;

const POLICY: PathPolicy = {
  ...HARDWARE_POLICY,
  algorithms: NVIDIA_ALGORITHMS,
  keyUsages: ['digitalSignature'],
  maxIntermediates: 4,
};

export type ValidatedChain = CertifiedPath & {
  /** When the youngest of its certificates began, and the first of them ends; both included. */
  readonly validFrom: Date;
  readonly validUntil: Date;
};

/**
 * Chains that held, with the anchor under which they did, by their parsed leaf. Their signatures hold for ever: dates are
 * asked each time, and so is whether the anchor is still trusted. Forgotten with the leaf, so only what its parser keeps.
 */
const held = new WeakMap<Certificate, readonly [key: string, chain: ValidatedChain]>();

/** The leaf's way to one of the anchors, all of it valid at that instant, CAs being CAs; or why there is none. */
export function validateChain(
  [leaf, ...above]: readonly [Certificate, ...Certificate[]],
  anchors: readonly TrustAnchor[],
  at: Date,
): ValidatedChain | PathError {
  const key = above.map(({ sha256 }) => sha256).join();
  const known = held.get(leaf);
  if (known?.[0] === key && isTrusted(known[1].anchor, anchors) && isCurrent(known[1], at)) return known[1];
  try {
    const { chain, anchor } = verifyPath({ leaf, intermediates: above, anchors, at, policy: POLICY });
    const dated = [...chain, ...(anchor.certificate === null ? [] : [anchor.certificate])];
    const validated: ValidatedChain = {
      chain,
      anchor,
      validFrom: new Date(Math.max(...dated.map(({ notBefore }) => notBefore.getTime()))),
      validUntil: new Date(Math.min(...dated.map(({ notAfter }) => notAfter.getTime()))),
    };
    held.set(leaf, [key, validated]);
    return validated;
  } catch (error) {
    if (error instanceof PathError) return error;
    throw error;
  }
}

/** The same certificate, or where one came as a bare key the very same anchor. */
function isTrusted(anchor: TrustAnchor, anchors: readonly TrustAnchor[]): boolean {
  return anchors.some(
    (other) =>
      other === anchor ||
      (other.certificate !== null && other.certificate.sha256 === anchor.certificate?.sha256),
  );
}

/** As path validation reads dates: both ends included, whole seconds. */
function isCurrent({ validFrom, validUntil }: ValidatedChain, at: Date): boolean {
  const instant = Math.floor(at.getTime() / 1000) * 1000;
  return validFrom.getTime() <= instant && instant <= validUntil.getTime();
}

export function isOfDates({ code }: PathError): boolean {
  return code === 'expired' || code === 'not_yet_valid' || code === 'validity_inverted';
}
