import type { ImportedManifest } from '../../protocol/device-manifest.ts';
import { visibleTenant } from '../../service/access/visibility.ts';
import type { Principal } from '../../service/principal.ts';
import type { ListedManifest } from '../../store/manifests/statements.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

/** Who brought it is told to nobody else's principals. */
export function presentManifest(row: ListedManifest, inForce: boolean, by: Principal): ImportedManifest {
  const tenant = visibleTenant(by);
  return {
    id: row.id,
    kind: row.kind,
    manufacturer: row.manufacturer,
    sha256: row.sha256,
    signer: row.signer,
    inForce,
    issuedAt: shownInstant(row.issued_at_ms),
    expiresAt: shownInstantOrNull(row.expires_at_ms),
    devices: row.devices,
    importedBy: tenant === null || tenant === row.tenant ? row.imported_by : null,
    importedAt: shownInstant(row.imported_at_ms),
    leafIndex: row.leaf_index,
  };
}
