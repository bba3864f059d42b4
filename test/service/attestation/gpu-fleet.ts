import { pcrs } from '../../evidence/bundle/host.ts';
import { type Answer, ask, attest, enrol } from './agent.ts';
import { makeMachine } from './machine.ts';
import { chipTableContent, makeWorld, referenceSetContent, trust } from './world.ts';

const register7 = Buffer.from(pcrs.get(7) ?? []).toString('hex');

/** A host with two GPUs that its operator claims, and licences about them. */
export async function makeFleet() {
  const world = await makeWorld({ attestationIntervalMs: 0 });
  await trust(world.context, chipTableContent());
  await trust(world.context, referenceSetContent({ pcrs: { 7: [register7] } }));
  const { exporter, authority } = world.people;
  const post = async (path: string, json: object): Promise<string> => {
    const { status, body } = await ask(world, path, { bearer: exporter.token, json });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.id;
  };
  const party = await post('/v1/parties', { legalName: 'Acme', country: 'IS' });
  const screening = { standing: 'clear', reason: 'on no list' };
  await ask(world, `/v1/parties/${party}/screening`, { bearer: authority.token, json: screening });
  const claims = ['GPU-1', 'GPU-2'].map((serial) => ({ kind: 'gpu', serial }));
  const devices: string[] = [];
  for (const claim of claims) {
    const declared = { ...claim, model: 'H100', facilityId: world.facilityId };
    devices.push(await post('/v1/devices', declared));
  }
  const host = await enrol(world, makeMachine(world.manufacturer), { devices: claims });
  await attest(world, host);
  const grant = async (terms: object): Promise<string> => {
    const conditions = {
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
      parties: [party],
      consignee: party,
      endUser: party,
      purpose: 'inference',
      facilities: [world.facilityId],
      devices,
      minimumFacts: { host: 'tpm' },
      evidenceMaxAgeSeconds: 30 * 86_400,
      rulePacks: 'none',
      referenceSets: 'not-required',
      waivers: ['operator-claimed-serial'],
      ...terms,
    };
    const json = { tenant: 'chips', conditions };
    const { status, body } = await ask(world, '/v1/licences', { bearer: authority.token, json });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.id;
  };
  const decide = (licenceId: string, more: object = {}, headers = {}): Promise<Answer> =>
    ask(world, '/v1/decisions', { bearer: authority.token, json: { licenceId, ...more }, headers });
  return { world, host, party, devices, grant, decide };
}
