import type { Identity, ManufacturerLink } from '../../policy/serial-link.ts';
import { linksAbout } from '../../store/manifests/statements.ts';
import type { DeviceManifestTable } from '../../store/manifests/tables.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { anchorsInForce } from '../trust/anchors-in-force.ts';
import { effectiveTrust, type Vouching } from '../trust/effective.ts';

type Standing = Pick<DeviceManifestTable, 'kind' | 'manufacturer' | 'signer' | 'expires_at_ms'>;

/**
 * Whether what a manifest says counts now: the key or root that it stands by is approved, for this manufacturer, and it has
 * not ended. One whose key was withdrawn says nothing from the withdrawal on.
 *
 * @param device kind of device that it is asked about; its manufacturer must still be approved for that
 */
export function isInForce(manifest: Standing, trust: Vouching, at: Date, device?: string): boolean {
  if (manifest.expires_at_ms !== null && !(at.getTime() < manifest.expires_at_ms)) return false;
  if (manifest.kind === 'platform-certificate') return anchorsInForce(trust).has(manifest.signer);
  return trust.manufacturers.some(
    ({ name, kinds, keys }) =>
      name === manifest.manufacturer &&
      keys.some(({ kid }) => kid === manifest.signer) &&
      (device === undefined || kinds.includes(device)),
  );
}

/** No serial number, and no digest: what nobody can name finds nothing. */
const NOTHING = '';

function speaks({ manufacturers, anchorSets }: Vouching): boolean {
  return manufacturers.length > 0 || anchorSets.some(({ purpose }) => purpose === 'tcg-platform-ca');
}

/**
 * Every link that names this serial number, or one of the identities that evidence proved: those in force, and those of a manufacturer or
 * root that one person withdrew, which confirm nothing any more. What they contradict stays contradicted until two approve another version.
 */
export async function linksThatCount(
  context: Context,
  view: View,
  asked: { readonly kind: string; readonly serial: string | null; readonly proven: readonly Identity[] },
): Promise<ManufacturerLink[]> {
  const trust = await effectiveTrust(context, view);
  const { withdrawn } = trust;
  if (!speaks(trust) && !speaks(withdrawn)) return [];
  const at = context.clock();
  const found = new Map<string, ManufacturerLink>();
  const serial = asked.serial ?? NOTHING;
  for (const sha256 of asked.proven.length === 0 ? [NOTHING] : asked.proven.map((one) => one.sha256)) {
    for (const row of await view.all(linksAbout, { kind: asked.kind, serial, sha256 })) {
      const { manifest_id: manifestId, manufacturer, kind, signer, expires_at_ms } = row;
      const manifest = { kind: row.manifest_kind, manufacturer, signer, expires_at_ms };
      const confirms = isInForce(manifest, trust, at, kind);
      if (!confirms && !isInForce(manifest, withdrawn, at, kind)) continue;
      found.set(`${manifestId} ${row.position}`, {
        manifestId,
        manufacturer,
        kind,
        serial: row.serial,
        identity: { type: row.identity_type, sha256: row.identity_sha256 },
        until: expires_at_ms === null ? null : new Date(expires_at_ms),
        confirms,
      });
    }
  }
  return [...found.values()];
}

/** Those of them that are in force. */
export async function linksInForce(...asked: Parameters<typeof linksThatCount>): Promise<ManufacturerLink[]> {
  return (await linksThatCount(...asked)).filter(({ confirms }) => confirms);
}
