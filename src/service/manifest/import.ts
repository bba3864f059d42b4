import { hash } from 'node:crypto';
import type { Findings } from '../../evidence/check.ts';
import { parseDeviceManifest, verifyDeviceManifest } from '../../evidence/manifest/index.ts';
import { manifestByDigest } from '../../store/manifests/statements.ts';
import type { DeviceManifestTable } from '../../store/manifests/tables.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { effectiveTrust, trustEpochNow } from '../trust/effective.ts';
import { isInForce } from './in-force.ts';
import { keepManifest, type NewLink } from './keep.ts';

export type ImportOutcome = {
  readonly row: DeviceManifestTable;
  readonly isNew: boolean;
  readonly inForce: boolean;
};

/**
 * Imports a manufacturer's device manifest. Anybody with the scope may bring it: it speaks by its signature alone. The same
 * bytes again change nothing.
 *
 * @throws FormatError for what is no manifest; RequestError `manifest_refused` with every failed check, `conflict` for one that
 *   is older than what is known
 */
export async function importManifest(
  context: Context,
  by: Principal,
  bytes: Uint8Array,
): Promise<ImportOutcome> {
  const parsed = parseDeviceManifest(bytes);
  const at = context.clock();
  const trust = await context.store.read((view) => effectiveTrust(context, view));
  const { findings, verified } = verifyDeviceManifest(parsed, { manufacturers: trust.manufacturers, at });
  if (verified === null) throw manifestRefused(findings);
  const { manifest, kid } = verified;
  const sha256 = hash('sha256', bytes, 'hex');
  const links = manifest.devices.map(
    ({ kind, serial, model, identity }): NewLink => ({
      kind,
      serial,
      model,
      identity_type: identity.type,
      identity_sha256: identity.sha256,
    }),
  );
  return context.store.write(async (tx) => {
    if ((await trustEpochNow(tx)) !== trust.epoch) throw changedMeanwhile();
    const known = await tx.first(manifestByDigest, { sha256 });
    if (known !== undefined) return { row: known, isNew: false, inForce: isInForce(known, trust, at) };
    const row = {
      id: newIdentifier('mft', context),
      tenant: by.tenant,
      kind: 'manifest',
      sha256,
      content: bytes,
      manufacturer: manifest.manufacturer,
      signer: kid,
      issued_at_ms: Date.parse(manifest.issuedAt),
      expires_at_ms: manifest.expiresAt === undefined ? null : Date.parse(manifest.expiresAt),
      imported_by: by.id,
      imported_at_ms: at.getTime(),
    } as const;
    return { row: await keepManifest(context, tx, row, links), isNew: true, inForce: true };
  });
}

const MENDS: ReadonlyMap<string, string> = new Map([
  ['manifest.manufacturer', 'Have its manifest keys proposed and approved: docs/device-manifest.md.'],
  [
    'manifest.signature',
    'Ask the manufacturer for a manifest by a key that is approved, or have its new key approved.',
  ],
  [
    'manifest.kinds',
    'Have the manufacturer approved for these kinds, or ask it for a manifest without them.',
  ],
  ['manifest.issued', "Compare the manufacturer's clock with the verifier's."],
  ['manifest.expired', 'Ask the manufacturer for a newer one.'],
  [
    'tpm.platform.chain',
    "Send its issuer's certificates, and have the maker's root approved for tcg-platform-ca.",
  ],
  [
    'tpm.platform.issuer',
    'Have its issuer, if it is the maker’s and no machine’s, approved itself for tcg-platform-ca.',
  ],
  ['tpm.platform.holder', 'Bring the platform certificate that was issued for this very TPM.'],
  ['tpm.platform.type', 'Bring the base certificate: a delta is about another certificate.'],
  [
    'tpm.ek.chain',
    "Send the endorsement certificate's intermediates, and have its maker's root approved for tpm-ek.",
  ],
]);

export function manifestRefused({ checks }: Findings): RequestError {
  const errors = checks
    .filter(({ status }) => status === 'fail')
    .map(({ id, expected = 'another value', actual }) => ({
      path: id,
      expected,
      ...(actual === undefined ? {} : { actual }),
      mend: MENDS.get(id) ?? 'Ask whoever issued it.',
    }));
  const names = errors.map(({ path }) => path).join(', ');
  return new RequestError('manifest_refused', `it was not accepted: ${names}`, { errors });
}

export function changedMeanwhile(): RequestError {
  return new RequestError('conflict', 'what is trusted changed meanwhile: send it again');
}
