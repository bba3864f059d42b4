import type { JsonValue } from '../../bytes/json.ts';
import {
  type DeviceRequest,
  deviceRequest,
  type ImportReport,
  type ImportRow,
} from '../../protocol/device.ts';
import { deviceByNaturalKey, deviceOfTenantByIdentity } from '../../store/registry/devices.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../principal.ts';
import { declareDevice } from './declare-device.ts';
import { Drafts, draftId, keptId, type Lookup, lookup } from './drafts.ts';
import { importReport } from './import-report.ts';
import { onceEach, type ParsedRow, parseRows } from './parse-rows.ts';
import { naturalKeyOf, planDevice } from './plan-device.ts';
import { type ImportFile, type ImportForm, readImport } from './read-import.ts';
import { judgeInTurn, takeInTurn } from './row-by-row.ts';

/** The columns of a CSV file; `kind` and a serial number or an identity are needed in each row. */
export const DEVICE_COLUMNS = [
  'kind',
  'model',
  'serial',
  'tpmEkSha256',
  'hostKeySha256',
  'nvidiaChipKeySha256',
  'facilityId',
  'partyId',
] as const;

const IDENTITIES: ReadonlyMap<string, string> = new Map([
  ['tpmEkSha256', 'tpm-ek'],
  ['hostKeySha256', 'host-key'],
  ['nvidiaChipKeySha256', 'nvidia-chip-key'],
]);

const FORM: ImportForm = {
  noun: 'devices',
  columns: DEVICE_COLUMNS,
  needed: ['kind'],
  valueOf: (cells) => {
    const device: { [name: string]: JsonValue } = {};
    for (const [name, text] of cells) {
      const type = IDENTITIES.get(name);
      if (type === undefined) device[name] = text;
      else device['identity'] = { type, sha256: text.toLowerCase() };
    }
    return device;
  },
};

/**
 * Takes a file of devices into the register, row by row: rows that are right are kept although others are not, each with
 * its own act in the log, and the report says of every row what became of it. Repeating a file, also after a crash in its
 * midst, changes nothing that is there already.
 *
 * @param file whose dry run says what would become of each row now, and keeps nothing
 * @throws RequestError `invalid_request` when the file as a whole cannot be read
 */
export async function importDevices(
  context: Context,
  by: Principal,
  { mediaType, bytes, dryRun }: ImportFile,
): Promise<ImportReport> {
  const rows = onceEach(parseRows(readImport(FORM, mediaType, bytes), deviceRequest), ONE_DEVICE);
  const results = await (dryRun ? tryRows : takeRows)(context, by, rows);
  return importReport(dryRun, results, { created: 0, changed: 0, unchanged: 0, rejected: 0 });
}

const ONE_DEVICE = {
  keyOf: (wanted: DeviceRequest) => `${wanted.kind} ${naturalKeyOf(wanted)}`,
  field: 'serial',
  says: 'names the same device',
};

type Rows = readonly ParsedRow<DeviceRequest, 'duplicate_row'>[];

function takeRows(context: Context, by: Principal, rows: Rows): Promise<ImportRow[]> {
  return takeInTurn(context, rows, async (tx, { row, wanted }) => {
    if ('code' in wanted) return { ...NOTHING, row, ...wanted };
    const declared = await declareDevice(context, tx, by, wanted);
    if (declared.outcome === 'rejected') return { ...NOTHING, row, ...declared };
    const { outcome, row: device } = declared;
    const leafIndex = outcome === 'unchanged' ? null : device.leaf_index;
    return { ...NOTHING, row, outcome, deviceId: device.id, leafIndex };
  });
}

function tryRows(context: Context, by: Principal, rows: Rows): Promise<ImportRow[]> {
  const drafts = new Drafts<DeviceTable>(FOUND_BY);
  return judgeInTurn(context, rows, async (view, { row, wanted }) => {
    if ('code' in wanted) return { ...NOTHING, row, ...wanted };
    const as = { id: draftId(row), at: context.clock() };
    const planned = await planDevice(drafts.over(view), by, wanted, as);
    if (planned.outcome === 'rejected') return { ...NOTHING, row, ...planned };
    drafts.put(planned.row);
    return { ...NOTHING, row, outcome: planned.outcome, deviceId: keptId(planned.row.id) };
  });
}

const FOUND_BY: readonly Lookup<DeviceTable>[] = [
  lookup(deviceByNaturalKey, {
    keyOfParams: ({ tenant, kind, naturalKey }) => `${tenant} ${kind} ${naturalKey}`,
    keyOfRow: ({ tenant, kind, natural_key }) => `${tenant} ${kind} ${natural_key}`,
  }),
  lookup(deviceOfTenantByIdentity, {
    keyOfParams: ({ tenant, sha256 }) => `${tenant} ${sha256}`,
    keyOfRow: ({ tenant, identity_sha256 }) =>
      identity_sha256 === null ? null : `${tenant} ${identity_sha256}`,
  }),
];

const NOTHING = {
  outcome: 'rejected',
  deviceId: null,
  leafIndex: null,
  code: null,
  field: null,
  message: null,
} as const;
