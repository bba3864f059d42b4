import { z } from 'zod';
import { canonicalJson } from '../../../bytes/canonical-json.ts';
import { isJsonObject, type JsonValue } from '../../../bytes/json.ts';
import type { OpenAct } from '../open-act.ts';

/** Columns of a row by their names in the store; undefined for what an act is silent about. */
export type Columns = { readonly [column: string]: unknown };

/** What an act says of its row: columns that no later act changes, and those that the next one may. */
export function columnsOf({
  type,
  body,
  tenant,
  leafIndex,
  atMs,
}: OpenAct): readonly [Columns, Columns | null] {
  switch (type) {
    case 'licence.granted':
      return [
        { tenant: body['holder'], conditions: canonicalJson(body['conditions'] ?? null) },
        { status: 'active' },
      ];
    case 'licence.changed':
      return [{}, { status: body['status'] }];
    case 'facility.proposed':
      return [
        {
          name: body['name'],
          country: body['country'],
          operator_tenant: body['operatorTenant'],
          area: canonicalJson(body['area'] ?? null),
          digest: body['digest'],
        },
        { state: 'proposed' },
      ];
    case 'facility.authorised':
      return [{}, { state: 'authorised', ...authorised(body) }];
    case 'facility.refused':
      return [{}, { state: 'refused' }];
    case 'facility.withdrawn':
      return [{}, { state: 'withdrawn' }];
    case 'party.registered':
      return [{}, {}]; // what it says stands for longer than this act: last-said.ts
    case 'party.changed':
      return [{}, { version: body['version'] }];
    case 'party.screened':
      return [{}, {}];
    case 'device.registered':
      return [{ kind: body['kind'], tenant }, {}];
    case 'device.changed':
      return [{}, {}];
    case 'incident.opened':
      return [{ kind: body['kind'], tenant, subjects: JSON.stringify(body['subjects']) }, { state: 'open' }];
    case 'incident.reported':
      return [{ reference: body['reference'], reported_by: body['by'] }, { state: 'reported' }];
    case 'incident.closed':
      return [{ closed_reason: body['reason'], closed_by: body['by'], state: 'closed' }, {}];
    case 'principal.created':
      return [{ name: body['name'] }, null];
    case 'latch.set':
      return [{ ...latched(body), tenant }, null];
    case 'token.minted':
      return [minted(body), null];
    case 'legal-hold.placed': {
      const { subject, reason, by } = body;
      return [
        { subject, reason, placed_by: by },
        { lifted_by: null, lifted_at_ms: null },
      ];
    }
    case 'legal-hold.lifted':
      return [{ subject: body['subject'] }, { lifted_by: body['by'], lifted_reason: body['reason'] }];
    case 'screening-list.declared':
      // Lists of before named no grace.
      return [
        {
          reason: body['reason'],
          declared_by: body['by'],
          declared_at_ms: atMs,
          grace_seconds: body['graceSeconds'] ?? 0,
          leaf_index: leafIndex,
        },
        null,
      ];
    case 'know-your-customer.recorded': {
      const { partyId, reference, dated, reviewer, by } = body;
      return [{ party_id: partyId, reference, dated, reviewer, recorded_by: by, leaf_index: leafIndex }, {}];
    }
    case 'access.started':
      return [accessed(body), { ended_at_ms: null }];
    case 'access.ended':
      return [{}, { ended_at_ms: msOf(body['endedAt']), ended_by: body['by'], ended_reason: body['reason'] }];
    case 'trust-input.effective': {
      const { approvedBy, selfApproved } = body;
      return [{ approved_by: approvedBy, self_approved: selfApproved === true ? 1 : 0 }, {}];
    }
    case 'token.bound':
    case 'token.revoked':
    case 'host.enrolled':
    case 'host.suspended':
    case 'host.reinstated':
    case 'latch.cleared':
    case 'principal.disabled':
    case 'principal.party-declared':
      return [{}, null];
    default:
      // The moves of a device say what it is now.
      return [{}, {}];
  }
}

/** What is said of a party (service/registry/parties.ts, `saidOf`). */
export function said(body: OpenAct['body']): Columns {
  return {
    legal_name: body['legalName'],
    country: body['country'],
    headquarters: body['headquarters'],
    parent_id: body['parentId'],
    ultimate_parent_id: body['ultimateParentId'],
    own_ultimate_parent: body['ownUltimateParent'] === true ? 1 : 0,
    ownership_source: body['source'],
    ownership_dated: body['dated'],
  };
}

export function declared(body: OpenAct['body']): Columns {
  const { identity } = body;
  return {
    model: body['model'],
    serial: body['serial'],
    facility_id: body['facilityId'],
    party_id: body['partyId'],
    identity_sha256: isJsonObject(identity) ? identity['sha256'] : identity,
  };
}

function latched(body: OpenAct['body']): Columns {
  const [kind, ...id] = z.string().parse(body['subject']).split(':');
  const { code, sentence, sessionId } = body;
  return { code, sentence, session_id: sessionId, subject_kind: kind, subject_id: id.join(':') };
}

/** What a party was screened by: a person's word, or the run that counts. */
export function screened({ listVersion, clearUntil, standsBy }: OpenAct['body']): Columns {
  if (isJsonObject(standsBy)) return { list_version: standsBy['list'], screened_on: standsBy['day'] };
  return clearUntil === undefined ? {} : { list_version: listVersion, clear_until_ms: msOf(clearUntil) };
}

/** What a move made of a device (service/registry/move-device.ts); of before acts said all of it, its state. */
export function moved(body: OpenAct['body']): Columns {
  const { to, lifecycle, dueAfterDays, shippedAt, maintenanceFrom, maintenanceUntil } = body;
  return {
    noted_state: to,
    lifecycle,
    due_after_days: dueAfterDays,
    shipped_at_ms: saidMs(shippedAt),
    maintenance_from_ms: saidMs(maintenanceFrom),
    maintenance_until_ms: saidMs(maintenanceUntil),
  };
}

function authorised(body: OpenAct['body']): Columns {
  const { authorisedArea: area, disclosure, authorisedFrom, authorisedUntil } = body;
  const isOutline = isJsonObject(area) && area['kind'] === 'geofence';
  return {
    ...agreed(body),
    authorised_from_ms: saidMs(authorisedFrom),
    authorised_until_ms: msOf(authorisedUntil),
    authorised_area: area === undefined || isOutline ? area && null : canonicalJson(area),
    disclosure,
  };
}

function agreed({ tier, governmentAgreement: agreement }: OpenAct['body']): Columns {
  return { tier, government_agreement: agreement === undefined ? undefined : Number(agreement === true) };
}

/** The period that a ruling began. */
export function periodOf({ body, leafIndex }: OpenAct): Columns {
  const { facilityId, authorisedFrom, authorisedUntil, by, reason } = body;
  const limits = { from_ms: msOf(authorisedFrom), until_ms: msOf(authorisedUntil) };
  const said = { facility_id: facilityId, decided_by: by, reason, leaf_index: leafIndex };
  return { ...said, ...limits, ...agreed(body) };
}

function accessed(body: OpenAct['body']): Columns {
  const { partyId, facilityId, hostId, startedAt, by, knowYourCustomerId } = body;
  return {
    party_id: partyId,
    facility_id: facilityId,
    host_id: hostId,
    started_at_ms: msOf(startedAt),
    started_by: by,
    know_your_customer_id: knowYourCustomerId,
  };
}

function minted(body: OpenAct['body']): Columns {
  const { principalId, scopes, label, by, expiresAt, secretSha256 } = body;
  return {
    principal_id: principalId,
    scopes: Array.isArray(scopes) ? scopes.join(' ') : undefined,
    label,
    created_by: by,
    expires_at_ms: saidMs(expiresAt),
    secret_hash: secretSha256,
  };
}

/** Undefined for what an act of before did not say. */
function saidMs(instant: JsonValue | undefined): number | null | undefined {
  return instant === undefined ? undefined : msOf(instant);
}

function msOf(instant: JsonValue | undefined): number | null {
  return typeof instant === 'string' ? Date.parse(instant) : null;
}
