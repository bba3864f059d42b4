import { hash } from 'node:crypto';
import type { Event } from '../../../src/protocol/event.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { type Answer, ask, attest, enrol, type TestHost } from '../attestation/agent.ts';
import { makeEndorsement, makeMachine } from '../attestation/machine.ts';
import { makeWorld, referenceSetContent, trust, type World } from '../attestation/world.ts';

const register7 = Buffer.from(pcrs.get(7) ?? []).toString('hex');

/** An attested host with its TPM declared, a cleared party, and a licence that names them. */
export type Licensed = {
  readonly world: World;
  readonly host: TestHost;
  readonly deviceId: string;
  readonly partyId: string;
  readonly licenceId: string;
  /** As the authority. */
  readonly post: (path: string, json: object) => Promise<Answer>;
  readonly get: (path: string, bearer?: string) => Promise<Answer>;
  /** Events behind a sequence number, as the authority sees them. */
  readonly events: (after?: number) => Promise<readonly Event[]>;
};

export async function makeLicensed(
  conditions: object = {},
  config: Parameters<typeof makeWorld>[0] = {},
): Promise<Licensed> {
  const world = await makeWorld({ attestationIntervalMs: 0, ...config });
  const { exporter, authority } = world.people;
  const post: Licensed['post'] = async (path, json) => {
    const answer = await ask(world, path, { bearer: authority.token, json });
    return answer;
  };
  const get: Licensed['get'] = (path, bearer = authority.token) =>
    ask(world, path, { method: 'GET', bearer });
  const endorsement = makeEndorsement();
  const sha256 = hash('sha256', endorsement.publicKey.export({ type: 'spki', format: 'der' }), 'hex');
  const device = await ask(world, '/v1/devices', {
    bearer: exporter.token,
    json: { kind: 'host-tpm', identity: { type: 'tpm-ek', sha256 }, facilityId: world.facilityId },
  });
  const party = await ask(world, '/v1/parties', {
    bearer: exporter.token,
    json: { legalName: 'Acme', country: 'IS' },
  });
  await post(`/v1/parties/${party.body.id}/screening`, { standing: 'clear', reason: 'on no list' });
  await trust(world.context, referenceSetContent({ pcrs: { 7: [register7] } }));
  const host = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
  await attest(world, host);
  const [deviceId, partyId] = [device.body.id, party.body.id];
  const licence = await post('/v1/licences', {
    tenant: 'chips',
    conditions: {
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
      parties: [partyId],
      facilities: [world.facilityId],
      devices: [deviceId],
      minimumLevel: 'G2',
      evidenceMaxAgeSeconds: 3600,
      rulePacks: 'none',
      referenceSets: 'any-approved',
      ...conditions,
    },
  });
  if (licence.status !== 201) throw new Error(JSON.stringify(licence.body));
  return {
    world,
    host,
    deviceId,
    partyId,
    licenceId: licence.body.id,
    post,
    get,
    events: async (after = 0) => (await get(`/v1/events?limit=500&after=${after}`)).body.items,
  };
}

export function typesOf(events: readonly Event[]): string[] {
  return events.map(({ type }) => type);
}
