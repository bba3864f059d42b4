import { openSession } from '../../src/agent/attest.ts';
import type { Place } from '../../src/location/wgs84.ts';
import { JOBS } from '../../src/service/schedule/jobs.ts';
import { runDue } from '../../src/service/schedule/run.ts';
import { type Measuring, receiptsFor, sendReceipts } from '../end-to-end/landmarks.ts';
import { beginLocated, declareGuest } from '../end-to-end/located.ts';
import { NEVER } from '../end-to-end/world.ts';
import { builtPage } from './page.ts';

const DAY_MS = 86_400_000;

/**
 * A confidential guest on the register, landmarks that measure it, and a licence for it at G3: over a verifier that serves the page,
 * whose clock nobody moves, for browsers go by it.
 */
export async function beginLicensed(more: object = {}) {
  const located = await beginLocated({
    page: await builtPage(),
    config: { attestationIntervalMs: 0, sessionTtlMs: 900_000 },
  });
  const { world, guest, fleet, hostId } = located;
  const { verifier, tokens, facilityId } = world;
  const post = async (token: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await verifier.call('POST', path, { token, body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const deviceId = await declareGuest(located);
  const party = await post(tokens.exporter, '/v1/parties', {
    legalName: 'Hekla Compute ehf.',
    country: 'IS',
  });
  await post(tokens.authority, `/v1/parties/${party['id']}/screening`, {
    standing: 'clear',
    reason: 'on no list',
  });
  const now = verifier.context.clock().getTime();
  const licence = await post(tokens.authority, '/v1/licences', {
    tenant: 'chips',
    conditions: {
      validFrom: new Date(now - 40 * DAY_MS).toISOString(),
      validUntil: new Date(now + 300 * DAY_MS).toISOString(),
      parties: [party['id']],
      consignee: party['id'],
      endUser: party['id'],
      facilities: [facilityId],
      devices: [deviceId],
      minimumLevel: 'G3',
      evidenceMaxAgeSeconds: 3600,
      rulePacks: 'none',
      referenceSets: 'any-approved',
      purpose: 'inference',
      ...more,
    },
  });
  const licenceId = String(licence['id']);
  return {
    ...located,
    post,
    deviceId,
    partyId: String(party['id']),
    licenceId,
    /** Attests, is measured where it stands, and whatever is due then is done. */
    attestsAt: async (place: Place, more: Partial<Measuring> = {}): Promise<void> => {
      const session = await openSession(guest.client, NEVER);
      const { sessionId } = await guest.send(session, await guest.bundle(session));
      await sendReceipts(
        guest,
        sessionId,
        await receiptsFor(world, guest, sessionId, fleet, { place, ...more }),
      );
      while ((await runDue(verifier.context, JOBS)) > 0);
    },
    /** As a licensing system does. @returns the decision's id */
    decide: async (): Promise<string> =>
      String((await post(tokens.authority, '/v1/decisions', { licenceId }))['id']),
    hostId,
  };
}

export type LicensedGuest = Awaited<ReturnType<typeof beginLicensed>>;
