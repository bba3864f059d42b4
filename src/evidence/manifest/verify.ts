import { verify } from 'node:crypto';
import type { DeviceManifest } from '../../protocol/device-manifest.ts';
import { CheckList } from '../check.ts';
import { sealVerified, type Verified } from '../verified.ts';
import type { ManufacturerKey } from './keys.ts';
import type { ParsedManifest } from './parse.ts';

/** A manufacturer by what was approved of it. */
export type Manufacturer = {
  readonly name: string;
  /** Of what its manifests may speak. */
  readonly kinds: readonly string[];
  readonly keys: readonly ManufacturerKey[];
};

export type SignedManifest = {
  readonly manifest: DeviceManifest;
  /** Thumbprint of the key that signed it. */
  readonly kid: string;
};

export type ManifestResult = {
  readonly findings: CheckList;
  readonly verified: Verified<SignedManifest> | null;
};

/**
 * Verifies a device manifest: that a key of the manufacturer that it names signed it, that this manufacturer may speak of
 * devices of these kinds, and its dates.
 *
 * @param manufacturers those in force. None: nothing passes
 * @remarks Unproven afterwards: that it is the newest, and that what it says is so.
 */
export function verifyDeviceManifest(
  parsed: ParsedManifest,
  { manufacturers, at }: { readonly manufacturers: readonly Manufacturer[]; readonly at: Date },
): ManifestResult {
  const findings = new CheckList();
  const { manifest, kid } = parsed;
  const manufacturer = manufacturers.find(({ name }) => name === manifest.manufacturer);
  checkManufacturer(findings, manifest, manufacturer);
  checkSignature(findings, parsed, manufacturer);
  checkKinds(findings, manifest, manufacturer);
  checkDates(findings, manifest, at);
  return { findings, verified: findings.passed ? sealVerified({ manifest, kid }) : null };
}

/** `manifest.manufacturer`: an approved one has this very name. */
function checkManufacturer(
  findings: CheckList,
  { manufacturer: named }: DeviceManifest,
  manufacturer: Manufacturer | undefined,
): void {
  findings.expect('manifest.manufacturer', manufacturer !== undefined, 'an approved manufacturer', named);
}

/** `manifest.signature`: by the named key of that manufacturer, with the algorithm that the key is for. */
function checkSignature(
  findings: CheckList,
  { alg, kid, signature, signingInput }: ParsedManifest,
  manufacturer: Manufacturer | undefined,
): void {
  const key = manufacturer?.keys.find((candidate) => candidate.kid === kid);
  if (key === undefined) {
    findings.expect('manifest.signature', false, 'an approved key of this manufacturer', kid);
    return;
  }
  const holds =
    key.alg === alg &&
    verify(
      ({ ES256: 'sha256', ES384: 'sha384', EdDSA: null } as const)[alg],
      signingInput,
      { key: key.key, dsaEncoding: 'ieee-p1363' },
      signature,
    );
  const expected = `a signature by ${kid} (${key.alg})`;
  findings.expect('manifest.signature', holds, expected, holds ? expected : `another (${alg})`);
}

/** `manifest.kinds`: a maker of TPMs vouches for no GPU. */
function checkKinds(
  findings: CheckList,
  { devices }: DeviceManifest,
  manufacturer: Manufacturer | undefined,
): void {
  const kinds = [...new Set(devices.map(({ kind }) => kind))];
  const allowed = manufacturer?.kinds ?? [];
  const holds = kinds.every((kind) => allowed.includes(kind));
  findings.expect('manifest.kinds', holds, allowed.join(', ') || 'none', kinds.join(', '));
}

/** `manifest.issued`, `manifest.expired`: written so that an instant that is none fails. */
function checkDates(findings: CheckList, { issuedAt, expiresAt }: DeviceManifest, at: Date): void {
  const now = at.toISOString();
  findings.expect('manifest.issued', Date.parse(issuedAt) <= at.getTime(), `at or before ${now}`, issuedAt);
  const lasts = expiresAt === undefined || at.getTime() < Date.parse(expiresAt);
  findings.expect('manifest.expired', lasts, `after ${now}`, expiresAt ?? 'no end');
}
