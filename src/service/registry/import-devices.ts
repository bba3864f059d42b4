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
import { type Declared, declareDevice } from './declare-device.ts';
import { Drafts, draftId, keptId, type Lookup, lookup } from './drafts.ts';
import { naturalKeyOf, planDevice, type Rejection } from './plan-device.ts';
import { type ImportFile, type ImportForm, type RawRow, readImport } from './read-import.ts';
import { firstIssue } from './rejected-row.ts';
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
  const judged = judgeRows(readImport(FORM, mediaType, bytes));
  const results = await (dryRun ? tryRows : takeRows)(context, by, judged);
  const count = (outcome: ImportRow['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    dryRun,
    rows: results.length,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
    results,
  };
}

function takeRows(context: Context, by: Principal, judged: readonly Judged[]): Promise<ImportRow[]> {
  return takeInTurn(context, judged, async (tx, { row, judgement }) =>
    reportOf(
      row,
      'outcome' in judgement ? judgement : await declareDevice(context, tx, by, judgement.device),
    ),
  );
}

function tryRows(context: Context, by: Principal, judged: readonly Judged[]): Promise<ImportRow[]> {
  const drafts = new Drafts<DeviceTable>(FOUND_BY);
  return judgeInTurn(context, judged, async (view, { row, judgement }) => {
    if ('outcome' in judgement) return reportOf(row, judgement);
    const as = { id: draftId(row), at: context.clock() };
    const planned = await planDevice(drafts.over(view), by, judgement.device, as);
    if (planned.outcome !== 'rejected') drafts.put(planned.row);
    const report = reportOf(row, planned);
    return {
      ...report,
      deviceId: report.deviceId === null ? null : keptId(report.deviceId),
      leafIndex: null,
    };
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

type Judged = { readonly row: number; readonly judgement: Rejection | { readonly device: DeviceRequest } };

function judgeRows(rows: readonly RawRow[]): Judged[] {
  const firstRows = new Map<string, number>();
  return rows.map((raw) => {
    const { row } = raw;
    if ('malformed' in raw) return { row, judgement: reject('row_malformed', 'row', raw.malformed) };
    const parsed = deviceRequest.safeParse(raw.value);
    if (!parsed.success) {
      const { code, field, message } = firstIssue(parsed.error.issues);
      return { row, judgement: reject(code, field, message) };
    }
    const key = `${parsed.data.kind} ${naturalKeyOf(parsed.data)}`;
    const first = firstRows.get(key);
    if (first !== undefined) {
      const message = `row ${first} names the same device: keep one of them`;
      return { row, judgement: reject('duplicate_row', 'serial', message) };
    }
    firstRows.set(key, row);
    return { row, judgement: { device: parsed.data } };
  });
}

function reject(code: Rejection['code'], field: string, message: string): Rejection {
  return { outcome: 'rejected', code, field, message };
}

function reportOf(row: number, declared: Declared): ImportRow {
  if (declared.outcome === 'rejected') {
    const { outcome, code, field, message } = declared;
    return { row, outcome, deviceId: null, leafIndex: null, code, field, message };
  }
  const { outcome } = declared;
  const leafIndex = outcome === 'unchanged' ? null : declared.row.leaf_index;
  return { row, outcome, deviceId: declared.row.id, leafIndex, code: null, field: null, message: null };
}
