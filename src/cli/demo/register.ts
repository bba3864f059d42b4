import { hash } from 'node:crypto';
import { parseTpm2bPublic } from '../../evidence/tpm/public.ts';
import { importPublicKey } from '../../evidence/tpm/public-key.ts';
import { approve, approveOffered } from './approve.ts';
import { type Cast, TENANTS } from './cast.ts';
import type { Scenery } from './scenery.ts';
import type { Story } from './story.ts';
import type { DemoTpm } from './tpm.ts';

/** Wide enough that a round trip over a busy machine's loopback does not reach beyond it. */
const AREA = {
  kind: 'countries',
  name: 'Germany and its neighbours in the Union',
  countries: ['AT', 'BE', 'CZ', 'DE', 'DK', 'FR', 'LU', 'NL', 'PL'],
  reading: 'land-only',
};

const LIST = 'demonstration-1';
const UNSCREENED = 'demonstration: nobody was screened';

/** Party, facility, devices, anchors and rules: everything that stands on the register before a host is heard of. */
export async function register(story: Story, cast: Cast, scenery: Scenery, tpm: DemoTpm): Promise<void> {
  story.chapter('1. What is registered');
  if (scenery.get('anchors') === undefined) await registerAll(story, cast, scenery, tpm);
  else story.note('kept from an earlier start (npm start -- --fresh begins anew)');
  if (scenery.get('rulePack') !== undefined) return;
  const rulePack = await story.scene(
    'It approves the base rule pack, and rules on what that asks: who owns the exporter, a screening list, the facility’s tier',
    () => approvePack(cast, scenery),
    ({ name, version }) => ({ detail: `${name} ${version}` }),
  );
  scenery.keep({ rulePack });
}

async function registerAll(story: Story, cast: Cast, scenery: Scenery, tpm: DemoTpm): Promise<void> {
  const { exporter, authority } = cast;
  const partyId = await story.scene(
    'The exporter registers itself; the authority has screened it',
    async () => {
      const party = await exporter.post('/v1/parties', { legalName: 'Example Export GmbH', country: 'DE' });
      await authority.post(`/v1/parties/${party.text('id')}/screening`, {
        standing: 'clear',
        reason: UNSCREENED,
      });
      return party.text('id');
    },
    (id) => ({ detail: id }),
  );
  const facilityId = await story.scene(
    'It proposes a facility in Frankfurt; the authority authorises just that outline',
    async () => {
      const facility = await exporter.post('/v1/facilities', {
        name: 'Frankfurt 1',
        country: 'DE',
        operatorTenant: TENANTS.operator,
        area: { type: 'Point', coordinates: [8.6821, 50.1109], radiusMeters: 400 },
      });
      const digest = facility.text('digest');
      await authority.post(`/v1/facilities/${facility.text('id')}/authorisation`, {
        digest,
        authorisedArea: AREA,
        reason: 'demonstration',
      });
      return facility.text('id');
    },
    (id) => ({ detail: id }),
  );
  const devices = await story.scene(
    'It declares a host TPM by its endorsement key and two GPUs by serial number, as CSV',
    async () => {
      const report = await exporter.send('/v1/devices/import', 'text/csv', await deviceRows(tpm, facilityId));
      return report.list('results').map((row) => row.text('deviceId'));
    },
    (ids) => ({ detail: `${ids.length} rows accepted` }),
  );
  const [tpmDeviceId = '', ...gpuDeviceIds] = devices;
  const anchors = await story.scene(
    'The authority approves the root that the TPM’s maker signs with',
    () => {
      const named = { name: 'demonstration-tpm', version: '1', purpose: 'tpm-ek' };
      return approve(cast, 'authority', 'anchors', { ...named, certificates: tpm.rootPem });
    },
    (id) => ({ detail: id }),
  );
  story.note('this root is the demonstration’s own throwaway, and one principal proposed and approved it:');
  story.note('every result below says so (selfApproved), and no other store trusts it');
  scenery.keep({ partyId, facilityId, tpmDeviceId, gpuDeviceIds, anchors });
}

async function deviceRows(tpm: DemoTpm, facilityId: string): Promise<string> {
  const { ekPublic } = await tpm.device.readEndorsement();
  const spki = importPublicKey(parseTpm2bPublic(ekPublic)).export({ type: 'spki', format: 'der' });
  return [
    'kind,model,serial,tpmEkSha256,facilityId',
    `host-tpm,TPM 2.0,,${hash('sha256', spki, 'hex')},${facilityId}`,
    `gpu,H100 SXM5 80GB,DEMO-GPU-0001,,${facilityId}`,
    `gpu,H100 SXM5 80GB,DEMO-GPU-0002,,${facilityId}`,
  ].join('\n');
}

/** What the base pack asks of everybody whom a licence names, and of the place. @returns how licences name the pack */
async function approvePack(cast: Cast, scenery: Scenery): Promise<{ name: string; version: string }> {
  const { exporter, authority } = cast;
  const reason = 'demonstration';
  const party = `/v1/parties/${scenery.get('partyId')}`;
  const dated = new Date().toISOString().slice(0, 10);
  const owned = { headquarters: 'DE', ownUltimateParent: true, source: 'demonstration', dated };
  await exporter.post(`${party}/versions`, { ...owned, reason });
  await authority.post('/v1/screening-lists', { version: LIST, reason });
  await authority.post(`${party}/screening`, { standing: 'clear', listVersion: LIST, reason: UNSCREENED });
  const facility = `/v1/facilities/${scenery.get('facilityId')}`;
  const digest = (await authority.get(facility)).text('digest');
  await authority.post(`${facility}/authorisation`, { digest, authorisedArea: AREA, tier: 'tier-1', reason });
  const { name, version } = await approveOffered(cast, 'rule-pack');
  return { name, version };
}
