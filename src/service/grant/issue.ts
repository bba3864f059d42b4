import { hash } from 'node:crypto';
import { formatInstant } from '../../bytes/instant.ts';
import { GRANT_TYP, type GrantClaims } from '../../protocol/grant.ts';
import { insertGrant, noteGrantedDevice, noteHostGrant, renewHostGrant } from '../../store/grants/grants.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { tell } from '../events/tell.ts';
import { newIdentifier } from '../identifier.ts';
import { claimsFor, type GrantBasis } from './claims.ts';
import { holdingAfter } from './holding.ts';
import type { HostToGrant } from './hosts.ts';
import { type Grantee, granteesOf, type KnownBefore, unattested } from './hosts-to-grant.ts';
import { signJwt } from './sign.ts';
import { type StatusPlace, takeStatusPlaces } from './status-place.ts';

export type Issuing = GrantBasis & {
  readonly hosts: readonly HostToGrant[];
  /** Total processing performance by host, as the ledger counted it. */
  readonly tpp: ReadonlyMap<string, number>;
  /** Of the host that asks for itself. */
  readonly before?: KnownBefore | undefined;
};

/**
 * Issues one grant for each host of an allowed use, in the unit of work of the decision: signed, kept and logged with it, or not at all.
 * One kind of work for all hosts after the other: what a signature, a digest or a statement needs is then at hand, and is fetched anew where they take turns.
 *
 * @throws RequestError `conflict` where what the use rests on ends within the second: nothing was decided then
 */
export async function issueGrants(context: Context, tx: Tx, issuing: Issuing): Promise<LicenceGrantTable[]> {
  const { licence, hosts, at, before: known } = issuing;
  if (hosts.length === 0) return [];
  const hostIds = hosts.map(({ hostId }) => hostId);
  const grantees = await granteesOf(tx, { licenceId: licence.id, hostIds, known });
  for (const { hostId, until } of hosts) requireLasting(until, at, hostId);
  const places = await takeStatusPlaces(context, tx, at, hosts.length);
  const drafts = hosts.map((host, index): Draft => {
    const [grantee, place] = [grantees.get(host.hostId), places[index]];
    if (grantee === undefined || place === undefined) throw unattested(host.hostId);
    const id = newIdentifier('grt', context);
    const tpp = issuing.tpp.get(host.hostId) ?? null;
    const { footing } = grantee;
    return {
      id,
      host,
      grantee,
      place,
      claims: claimsFor(context, issuing, { id, host, footing, place, tpp }),
    };
  });
  const key = context.keys.grant.signing(at);
  const signed = drafts.map((draft): Signed => ({ draft, token: signJwt(key, GRANT_TYP, draft.claims) }));
  const grants = await recordIssues(context, tx, issuing, signed);
  const rows = grants.map(({ row }) => row);
  await Promise.all(rows.map((row) => tx.run(insertGrant, row)));
  await noteNewest(tx, issuing, grants);
  await tellNews(context, tx, issuing, grants);
  return rows;
}

/** A grant before it is signed. */
type Draft = {
  readonly id: string;
  readonly host: HostToGrant;
  readonly grantee: Grantee;
  readonly place: StatusPlace;
  readonly claims: GrantClaims;
};

type Signed = { readonly draft: Draft; readonly token: string };

type Issued = { readonly row: LicenceGrantTable; readonly before: Grantee['before'] };

/** Logs each, with the digest of what was signed. */
async function recordIssues(
  context: Context,
  tx: Tx,
  issuing: Issuing,
  signed: readonly Signed[],
): Promise<Issued[]> {
  const { licence, decision, at } = issuing;
  const digested = signed.map((one) => ({ ...one, grantSha256: hash('sha256', one.token, 'hex') }));
  return Promise.all(
    digested.map(async ({ draft, token, grantSha256 }): Promise<Issued> => {
      const { id, host, place, grantee } = draft;
      const body = {
        grantId: id,
        decisionId: decision.id,
        licenceId: licence.id,
        hostId: host.hostId,
        expiresAt: formatInstant(host.until),
        status: { list: place.list, position: place.position },
        grantSha256,
      };
      const act = { type: 'grant.issued', at, tenant: licence.tenant, body } as const;
      const leafIndex = await recordAct(tx, context, act);
      return { row: rowOf(issuing, draft, { token, leafIndex }), before: grantee.before };
    }),
  );
}

function rowOf(
  { licence, decision, at }: Issuing,
  { id, host, grantee: { footing }, place }: Draft,
  { token, leafIndex }: { readonly token: string; readonly leafIndex: number },
): LicenceGrantTable {
  return {
    id,
    licence_id: licence.id,
    tenant: licence.tenant,
    host_id: host.hostId,
    host_tenant: footing.tenant,
    facility_id: footing.facility_id,
    decision_id: decision.id,
    ...place,
    issued_at_ms: at.getTime(),
    expires_at_ms: host.until.getTime(),
    devices: JSON.stringify(host.devices.map((device) => device.id)),
    status: 'valid',
    token,
    leaf_index: leafIndex,
  };
}

function requireLasting(until: Date, at: Date, hostId: string): void {
  if (Math.floor(at.getTime() / 1000) * 1000 < until.getTime()) return;
  throw new RequestError('conflict', 'what the use of this host rests on ends within the second', {
    path: `host:${hostId}`,
    expected: `after ${formatInstant(at)}`,
    actual: formatInstant(until),
  });
}

/** Notes the newest grants of hosts, and where devices are that were elsewhere or nowhere. */
async function noteNewest(tx: Tx, { gathered, at }: Issuing, grants: readonly Issued[]): Promise<void> {
  const noting = grants.map(async ({ row, before }) => {
    const ids = JSON.parse(row.devices) as string[]; // what `rowOf` wrote
    const { id: grant_id, host_id, licence_id, facility_id } = row;
    const end_user = gathered.licence.conditions.endUser ?? null;
    const holding = await holdingAfter(tx, { row, ids, before, at });
    const noted = { host_id, licence_id, grant_id, end_user, facility_id, ...holding };
    return { noted, before, moved: before?.devices === row.devices ? [] : ids };
  });
  const newest = await Promise.all(noting);
  for (const { noted, moved } of newest) {
    for (const id of moved) await tx.run(noteGrantedDevice, { device_id: id, host_id: noted.host_id });
  }
  const renewed = await Promise.all(
    newest.map(({ noted, before }) => (before === undefined ? 0 : tx.run(renewHostGrant, noted))),
  );
  for (const [index, { noted }] of newest.entries()) {
    if (renewed[index] === 0) await tx.run(noteHostGrant, noted);
  }
}

/** A renewal of a grant that is valid still is no news, but to the operator of a host that was refused since. */
async function tellNews(
  context: Context,
  tx: Tx,
  { licence: { tenant }, at }: Issuing,
  grants: readonly Issued[],
): Promise<void> {
  for (const { row, before } of grants) {
    const { licence_id: licenceId, host_id: hostId, leaf_index: leafIndex } = row;
    if (typeof before?.denied_at_ms === 'number') {
      const body = { licenceId, outcome: 'granted', decisionId: row.decision_id, reasons: [] };
      const telling = { type: 'host.grant-changed', tenant: row.host_tenant, at, body } as const;
      await tell(context, tx, { ...telling, subject: `host:${hostId}` });
    }
    if (before?.status === 'valid' && (before.expires_at_ms ?? 0) > at.getTime()) continue;
    const body = { licenceId, hostId, expiresAt: formatInstant(new Date(row.expires_at_ms)), leafIndex };
    await tell(context, tx, { type: 'grant.issued', tenant, at, subject: `grant:${row.id}`, body });
  }
}
