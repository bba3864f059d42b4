import { pinsOfRims } from '../../evidence/nvidia/pins.ts';
import { parseRim } from '../../evidence/nvidia/rim/parse.ts';
import { type NvidiaRim, verifyRim } from '../../evidence/nvidia/rim/verify.ts';
import { type Certificate, pinnedAnchors } from '../../pki/index.ts';
import { CollateralError } from '../errors.ts';
import { judging, malformed, unverified } from '../malformed.ts';
import { type CollateralKey, keyText } from '../port.ts';
import type { Facts, Received } from '../shelf.ts';
import type { CollateralTrust } from '../trust.ts';

/**
 * Whether NVIDIA signed a manifest, and it is of the version in its id. Manifests do not sign their id: which chip one is of is
 * asked again where a report is compared with it.
 *
 * @throws CollateralError `collateral_malformed`, `collateral_unverified`, `collateral_not_current`
 */
export function judgeRim(key: CollateralKey, { body }: Received, trust: CollateralTrust, at: Date): Facts {
  return judging(key, () => {
    const chain = parseRim(body).chain;
    // A root of devices vouches for no manifest.
    const anchors = [...trust.anchors, ...pinnedAnchors(chain, pinsOfRims(trust.pins))];
    const { findings, verified } = verifyRim({ rim: body, anchors, at });
    const failed = findings.checks.filter(({ status }) => status === 'fail');
    if (verified === null) throw refusal(key, failed);
    requireVersion(key, verified);
    return {
      issuedAt: null,
      // It says no end of its own; its signer's chain does.
      nextUpdate: verified.validUntil,
      evaluationNumber: null,
      version: null,
      authority: rootOf(chain),
    };
  });
}

function refusal(
  key: CollateralKey,
  failed: readonly { readonly id: string; readonly actual?: string }[],
): CollateralError {
  const said = failed.map(({ id, actual }) => `${id} (${actual ?? ''})`).join(', ');
  if (failed.every(({ id }) => id === 'nvidia.rim.validity')) {
    return new CollateralError('collateral_not_current', `${keyText(key)}: ${said}`, { path: keyText(key) });
  }
  const isUnreadable = failed.every(
    ({ id }) => id === 'nvidia.rim.content' || id === 'nvidia.rim.well-formed',
  );
  return isUnreadable ? malformed(key, said) : unverified(key, said);
}

/** `…_550.144.03` of a driver, `…_96005E0001` of a VBIOS 96.00.5E.00.01. */
function requireVersion(key: CollateralKey, { colloquialVersion }: NvidiaRim): void {
  const ends = [colloquialVersion, colloquialVersion.replaceAll('.', '')].map((version) =>
    `_${version}`.toUpperCase(),
  );
  if (ends.some((end) => key.name.toUpperCase().endsWith(end))) return;
  throw malformed(key, 'is of another version', key.name, colloquialVersion);
}

function rootOf(chain: readonly Certificate[]): string {
  return chain.at(-1)?.publicKey.sha256 ?? '';
}
