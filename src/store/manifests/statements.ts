import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { DeviceLinkTable, DeviceManifestTable } from './tables.ts';

export const insertManifest = statement((db, hole: Hole<DeviceManifestTable>) =>
  db.insertInto('device_manifest').values({
    id: hole('id'),
    tenant: hole('tenant'),
    kind: hole('kind'),
    sha256: hole('sha256'),
    content: hole('content'),
    manufacturer: hole('manufacturer'),
    signer: hole('signer'),
    issued_at_ms: hole('issued_at_ms'),
    expires_at_ms: hole('expires_at_ms'),
    devices: hole('devices'),
    imported_by: hole('imported_by'),
    imported_at_ms: hole('imported_at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

export const insertLink = statement((db, hole: Hole<DeviceLinkTable>) =>
  db.insertInto('device_link').values({
    manifest_id: hole('manifest_id'),
    position: hole('position'),
    manufacturer: hole('manufacturer'),
    kind: hole('kind'),
    serial: hole('serial'),
    model: hole('model'),
    identity_type: hole('identity_type'),
    identity_sha256: hole('identity_sha256'),
    superseded_by: hole('superseded_by'),
  }),
);

export const supersedeLink = statement(
  (db, hole: Hole<{ manifestId: string; position: number; supersededBy: string }>) =>
    db
      .updateTable('device_link')
      .set({ superseded_by: hole('supersededBy') })
      .where('manifest_id', '=', hole('manifestId'))
      .where('position', '=', hole('position')),
);

export const manifestById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('device_manifest').selectAll().where('id', '=', hole('id')),
);

export const manifestByDigest = statement((db, hole: Hole<{ sha256: string }>) =>
  db.selectFrom('device_manifest').selectAll().where('sha256', '=', hole('sha256')),
);

/** A manifest without its bytes, of which there may be megabytes. */
export type ListedManifest = Omit<DeviceManifestTable, 'content'>;

const LISTED = [
  'id',
  'tenant',
  'kind',
  'sha256',
  'manufacturer',
  'signer',
  'issued_at_ms',
  'expires_at_ms',
  'devices',
  'imported_by',
  'imported_at_ms',
  'leaf_index',
] as const satisfies readonly (keyof ListedManifest)[];

export const manifestsAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('device_manifest')
    .select(LISTED)
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const manifestsOfTenantAfter = statement(
  (db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
    db
      .selectFrom('device_manifest')
      .select(LISTED)
      .where('tenant', '=', hole('tenant'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

/** What still speaks of a serial number or of a chip, whoever says so: never more than a handful. */
export const linksAbout = statement((db, hole: Hole<{ kind: string; serial: string; sha256: string }>) =>
  db
    .selectFrom('device_link')
    .innerJoin('device_manifest', 'device_manifest.id', 'device_link.manifest_id')
    .select([
      'device_link.manifest_id',
      'device_link.position',
      'device_link.manufacturer',
      'device_link.kind',
      'device_link.serial',
      'device_link.identity_type',
      'device_link.identity_sha256',
      'device_manifest.kind as manifest_kind',
      'device_manifest.signer',
      'device_manifest.issued_at_ms',
      'device_manifest.expires_at_ms',
    ])
    .where('device_link.superseded_by', 'is', null)
    .where((row) =>
      row.or([
        row.and([row('device_link.serial', '=', hole('serial')), row('device_link.kind', '=', hole('kind'))]),
        row('device_link.identity_sha256', '=', hole('sha256')),
      ]),
    ),
);
