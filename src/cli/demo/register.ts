import { hash } from 'node:crypto';
import { parseTpm2bPublic } from '../../evidence/tpm/public.ts';
import { importPublicKey } from '../../evidence/tpm/public-key.ts';
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

/** Party, facility, devices and anchors: everything that stands on the register before a host is heard of. */
export async function register(story: Story, cast: Cast, scenery: Scenery, tpm: DemoTpm): Promise<void> {
  story.chapter('1. What is registered');
  if (scenery.get('anchors') !== undefined) {
    story.note('kept from an earlier start (npm start -- --fresh begins anew)');
    return;
  }
  const { exporter, authority } = cast;
  const partyId = await story.scene(
    'The exporter registers itself; the authority has screened it',
    async () => {
      const party = await exporter.post('/v1/parties', { legalName: 'Example Export GmbH', country: 'DE' });
      const reason = 'demonstration: nobody was screened';
      await authority.post(`/v1/parties/${party.text('id')}/screening`, { standing: 'clear', reason });
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
    () => approveAnchors(cast, tpm.rootPem),
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

async function approveAnchors({ authority }: Cast, certificates: string): Promise<string> {
  const content = { name: 'demonstration-tpm', version: '1', purpose: 'tpm-ek', certificates };
  const proposed = await authority.post('/v1/trust-inputs', { kind: 'anchors', content });
  const id = proposed.text('id');
  await authority.post(`/v1/trust-inputs/${id}/approval`, { digest: proposed.text('digest') });
  return id;
}
