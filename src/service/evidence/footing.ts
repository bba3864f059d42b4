import type { Enrolment } from '../../appraisal/appraise.ts';
import { NO_INVENTORY } from '../../appraisal/devices/inventory.ts';
import { formatInstant } from '../../bytes/instant.ts';
import type { EnrolledHost } from '../../evidence/bundle/verify.ts';
import type { ChipStanding } from '../chips/standing.ts';
import type { GatheredTrust } from '../collateral/gather.ts';
import type { Context } from '../context.ts';
import { anchorName, anchorsInForce } from '../trust/anchors-in-force.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import type { Footing } from './appraise.ts';
import type { OpenSession, Submission } from './judge.ts';

export type Ground = {
  readonly jws: string;
  readonly nonce: string;
  readonly trust: EffectiveTrust;
  readonly gathered: GatheredTrust;
  readonly standing: ChipStanding | null;
};

/** What one submission is judged by, from what the store knows of its host and what was gathered for it. */
export function footingOf(
  { config }: Pick<Context, 'config'>,
  { host, sessionId, session, at }: Submission,
  { jws, nonce, trust, gathered, standing }: Ground,
): Footing {
  return {
    jws,
    at,
    session: {
      id: sessionId,
      nonce,
      expiresAt: formatInstant(new Date(session.expires_at_ms)),
      aud: config.publicUrl,
      tenant: host.tenant,
      hostId: host.hostId,
    },
    host: enrolledHost(session),
    enrolment: enrolmentOf(session, trust),
    inventory: standing?.inventory ?? NO_INVENTORY,
    lastBoot: session.boot_history,
    tee: gathered.tee,
    nvidia: gathered.nvidia,
    missing: gathered.missing,
    referenceSets: trust.referenceSets,
    trustInputs: trust.digests,
    selfApproved: trust.selfApproved,
  };
}

function enrolledHost({ kind, tee, ak_public, ak_name, ek_name }: OpenSession): EnrolledHost {
  if (kind === 'tee' && tee !== null) return { kind, tee };
  if (kind === 'tpm' && ak_public !== null && ak_name !== null) {
    return { kind, akPublic: ak_public, akName: ak_name, ekName: ek_name };
  }
  throw new TypeError('a host without what it enrolled by');
}

function enrolmentOf(session: OpenSession, trust: EffectiveTrust): Enrolment {
  const { device_id: deviceId, facility_id: facilityId, ek_anchor: ekAnchor } = session;
  if (session.kind === 'tee') return { kind: 'tee', deviceId, facilityId };
  return {
    kind: 'tpm',
    deviceId,
    facilityId,
    ekAnchorSha256: ekAnchor ?? '',
    ekAnchorTrusted: ekAnchor !== null && anchorsInForce(trust).has(anchorName('tpm-ek', ekAnchor)),
    ekValidUntil: new Date(session.ek_valid_until_ms ?? 0),
  };
}
