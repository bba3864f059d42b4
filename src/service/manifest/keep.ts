import { insertLink, insertManifest, linksAbout, supersedeLink } from '../../store/manifests/statements.ts';
import type { DeviceLinkTable, DeviceManifestTable } from '../../store/manifests/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';

export type NewManifest = Omit<DeviceManifestTable, 'leaf_index' | 'devices'>;
export type NewLink = Omit<DeviceLinkTable, 'manifest_id' | 'position' | 'manufacturer' | 'superseded_by'>;

/**
 * Keeps a verified manifest with each of its links, in the caller's unit of work. What the same manufacturer said before of
 * one of these serial numbers or chips is superseded, and stays so whatever becomes of this manifest's key: an old word does
 * not come back because a newer one lost its footing.
 *
 * @throws RequestError `conflict` where the manufacturer has spoken of one of them at the same time or later: an old manifest is
 *   no news, whoever brings it
 */
export async function keepManifest(
  context: Context,
  tx: Tx,
  manifest: NewManifest,
  links: readonly NewLink[],
): Promise<DeviceManifestTable> {
  const superseded = await supersededBy(tx, manifest, links);
  const { id, tenant, manufacturer, sha256, signer, kind, imported_by: by } = manifest;
  const body = {
    manifestId: id,
    kind,
    manufacturer,
    signer,
    sha256,
    issuedAt: new Date(manifest.issued_at_ms).toISOString(),
    expiresAt: manifest.expires_at_ms === null ? null : new Date(manifest.expires_at_ms).toISOString(),
    devices: links.length,
    superseded: superseded.length,
    by,
  };
  const at = new Date(manifest.imported_at_ms);
  const leafIndex = await recordAct(tx, context, { type: 'device-manifest.imported', at, tenant, body });
  const row: DeviceManifestTable = { ...manifest, devices: links.length, leaf_index: leafIndex };
  await tx.run(insertManifest, row);
  for (const old of superseded) await tx.run(supersedeLink, { ...old, supersededBy: id });
  for (const [position, link] of links.entries()) {
    await tx.run(insertLink, { ...link, manifest_id: id, position, manufacturer, superseded_by: null });
  }
  return row;
}

type Place = { readonly manifestId: string; readonly position: number };

async function supersededBy(
  tx: Tx,
  { manufacturer, kind, issued_at_ms: issuedAtMs }: NewManifest,
  links: readonly NewLink[],
): Promise<readonly Place[]> {
  const places = new Map<string, Place>();
  for (const link of links) {
    const asked = { kind: link.kind, serial: link.serial, sha256: link.identity_sha256 };
    for (const known of await tx.all(linksAbout, asked)) {
      if (known.manufacturer !== manufacturer || known.manifest_kind !== kind) continue;
      if (known.issued_at_ms >= issuedAtMs) {
        const message = `${known.manifest_id} speaks of the ${link.kind} ${link.serial} and was issued no earlier`;
        throw new RequestError('conflict', message, {
          path: 'manifest.issuedAt',
          expected: `after ${new Date(known.issued_at_ms).toISOString()}`,
          actual: new Date(issuedAtMs).toISOString(),
        });
      }
      const { manifest_id: manifestId, position } = known;
      places.set(`${manifestId} ${position}`, { manifestId, position });
    }
  }
  return [...places.values()];
}
