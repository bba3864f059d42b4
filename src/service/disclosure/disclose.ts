import { hash } from 'node:crypto';
import { formatInstant } from '../../bytes/instant.ts';
import type { JsonValue } from '../../bytes/json.ts';
import { thumbprint } from '../../evidence/manifest/keys.ts';
import type { ManifestKey } from '../../protocol/device-manifest.ts';
import { DISCLOSURE_TYP, type DisclosureAnswer } from '../../protocol/disclosure.ts';
import { LEVELS } from '../../protocol/facts.ts';
import type { DeviceStatus } from '../../protocol/status.ts';
import { fold } from '../../record/disclosure/issue.ts';
import { WEAKNESSES, weaknessesOf } from '../../record/report/weaknesses.ts';
import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { linkedDevices } from '../enrolment/link-devices.ts';
import { RequestError } from '../errors.ts';
import { signJwt } from '../grant/sign.ts';
import { type HostRecord, requireVisibleHost } from '../host/hosts.ts';
import { dateOrNull, earliest } from '../instants.ts';
import { disclosureOf } from '../location/disclosure.ts';
import type { Principal } from '../principal.ts';
import { freshUntil } from '../session/pace.ts';
import { requireActing } from '../session/require-host.ts';
import { deviceStandingIn, type StatusUntil } from '../status/status.ts';
import { effectiveTrust } from '../trust/effective.ts';

/**
 * Signs what a host proves now, so that its operator can show level, area and date of it without the rest. Whatever weighs against the level is not a
 * matter of choice: weaknesses and holds of all its devices are always shown. Each issue has a leaf, with the digest of what was signed.
 *
 * @param holderKey whose signature shows it; the host's own unless given
 * @throws RequestError `not_found`, also for another tenant's; `host_suspended`; `evidence_not_accepted` where nothing is proven now
 */
export async function discloseHost(
  context: Context,
  by: Principal,
  hostId: string,
  holderKey: ManifestKey | undefined,
): Promise<DisclosureAnswer> {
  const now = context.clock();
  return context.store.write(async (tx) => {
    const host = requireActing(await requireVisibleHost(tx, by, hostId));
    const carried = await devicesOf(context, tx, host);
    const devices = carried.map(({ status }) => status);
    const endsMs = endOf(context, host, carried);
    if (host.evidence_at_ms === null || endsMs === null || now.getTime() >= endsMs || devices.length === 0) {
      throw new RequestError(
        'evidence_not_accepted',
        'nothing is proven of a registered device of this host now',
      );
    }
    const jwk = holderKey ?? (JSON.parse(host.host_key) as ManifestKey); // as it enrolled
    const { selfApproved } = await effectiveTrust(context, tx);
    const { payload, disclosures } = fold(
      {
        always: {
          iss: context.config.publicUrl,
          iat: Math.floor(now.getTime() / 1000),
          exp: Math.floor(endsMs / 1000),
          cnf: { jwk: { ...jwk } },
          weaknesses: weaknessesOfAll(devices),
          holds: [...new Set(devices.flatMap(({ latches }) => latches.map(({ code }) => code)))],
          selfApproved,
        },
        chosen: {
          ...provenOf(devices, new Date(host.evidence_at_ms)),
          ...(await placeOf(tx, host, devices)),
          host: hostId,
        },
        list: {
          name: 'devices',
          items: devices.map(({ id, kind, model, serial, label }) => ({ id, kind, model, serial, label })),
        },
      },
      context.random,
    );
    const jwt = signJwt(context.keys.disclosure.signing(now), DISCLOSURE_TYP, payload);
    const sdJwt = `${[jwt, ...disclosures.map(({ disclosure }) => disclosure)].join('~')}~`;
    const expiresAt = formatInstant(new Date(Math.floor(endsMs / 1000) * 1000));
    const body = {
      hostId,
      jwtSha256: hash('sha256', jwt, 'hex'),
      holder: thumbprint(jwk),
      expiresAt,
      by: by.id,
    };
    const act = { type: 'disclosure.issued', at: now, tenant: host.tenant, body } as const;
    return { sdJwt, disclosures: [...disclosures], expiresAt, leafIndex: await recordAct(tx, context, act) };
  });
}

/** When the first of what is said of the host and its devices ends, the proof of their place and chips included; null where nothing is proven. */
function endOf(
  { config }: Context,
  { outcome, evidence_at_ms, valid_until_ms }: HostRecord,
  devices: readonly StatusUntil[],
): number | null {
  if (outcome !== 'accepted' || evidence_at_ms === null) return null;
  const ends = [freshUntil(new Date(evidence_at_ms), config), dateOrNull(valid_until_ms)];
  return earliest([...ends, ...devices.map(({ until }) => until())])?.getTime() ?? null;
}

/** Devices of the register that it carries. */
async function devicesOf(context: Context, view: View, host: HostRecord): Promise<StatusUntil[]> {
  const found: StatusUntil[] = [];
  for (const { id } of await linkedDevices(view, host)) {
    const standing = await deviceStandingIn(context, view, id);
    if (standing?.status.hostId === host.id) found.push(standing);
  }
  return found;
}

function weaknessesOfAll(
  devices: readonly DeviceStatus[],
): { readonly code: string; readonly sentence: string }[] {
  const codes = new Set(devices.flatMap((device) => weaknessesOf(device)));
  return [...codes].map((code) => ({ code, sentence: WEAKNESSES[code] }));
}

function provenOf(
  devices: readonly DeviceStatus[],
  evidenceAt: Date,
): { readonly [name: string]: JsonValue } {
  const weakest = devices.reduce((one, other) =>
    LEVELS.indexOf(other.level) < LEVELS.indexOf(one.level) ? other : one,
  );
  const evidenceIssuedAt = formatInstant(evidenceAt);
  return {
    level: { level: weakest.level, label: weakest.label },
    date: evidenceIssuedAt.slice(0, 10),
    evidenceIssuedAt,
  };
}

/** Of all devices the least that is proven: they share a host, and with it a place. */
async function placeOf(
  view: View,
  host: HostRecord,
  devices: readonly DeviceStatus[],
): Promise<{ readonly [name: string]: JsonValue }> {
  const facility = await view.first(facilityById, { id: host.facility_id });
  if (facility === undefined) return {};
  const unproven = devices.find(({ facts }) => facts.place.verdict !== 'proven-inside') ?? devices[0];
  const { verdict = 'unmeasured', grade = null, toleratedLiars: f = null } = unproven?.facts.place ?? {};
  const mayTell = (await disclosureOf(view, facility)) === 'full';
  return {
    area: { country: facility.country, verdict },
    grade: { grade, f },
    facility: { id: facility.id, name: facility.name },
    ...(mayTell ? { coordinates: JSON.parse(facility.area) as JsonValue } : {}), // GeoJSON, as it was proposed
  };
}
