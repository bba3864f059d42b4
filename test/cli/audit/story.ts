import { createPublicKey, hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVerifierKey } from '../../../src/record/note.ts';
import { mintToken } from '../../../src/service/access/tokens.ts';
import { latestCheckpoint } from '../../../src/service/log.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { ask, attest, enrol, type TestHost } from '../../service/attestation/agent.ts';
import { makeEndorsement, makeMachine } from '../../service/attestation/machine.ts';
import { makeWorld, referenceSetContent, trust, type World } from '../../service/attestation/world.ts';
import { temporaryFolder } from '../../store/temporary.ts';

/** A verifier with a past: attestations under several trusts, a licence, decisions; and what a reader outside has kept of it. */
export type Story = {
  readonly world: World;
  readonly host: TestHost;
  /** The log's key, as a line. */
  readonly key: string;
  /** A scratch folder. */
  readonly folder: string;
  /** Files of checkpoints: one from halfway, and the last. */
  readonly early: string;
  readonly published: string;
  /** A file with an attestation's receipt. */
  readonly receipt: string;
  /** A plain token of an auditor: it reads. */
  readonly auditor: string;
  readonly decide: () => Promise<string>;
};

export async function makeStory(): Promise<Story> {
  const world = await makeWorld({ attestationIntervalMs: 0 });
  const folder = temporaryFolder();
  const { exporter, authority } = world.people;
  const endorsement = makeEndorsement();
  const sha256 = hash('sha256', endorsement.publicKey.export({ type: 'spki', format: 'der' }), 'hex');
  const post = async (path: string, bearer: string, json: object) => {
    const { status, body } = await ask(world, path, { bearer, json });
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  };
  const { facilityId } = world;
  const identity = { type: 'tpm-ek', sha256 };
  const device = await post('/v1/devices', exporter.token, { kind: 'host-tpm', identity, facilityId });
  const party = await post('/v1/parties', exporter.token, { legalName: 'Acme', country: 'IS' });
  const screening = { standing: 'clear', reason: 'on no list' };
  await post(`/v1/parties/${party.id}/screening`, authority.token, screening);
  const value = Buffer.from(pcrs.get(7) ?? []).toString('hex');
  await trust(world.context, referenceSetContent({ pcrs: { 7: ['ff'.repeat(32)] } }));
  const host = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
  const first = await attest(world, host);
  const early = await keepCheckpoint(world, join(folder, 'early'));
  await trust(world.context, referenceSetContent({ version: '2', pcrs: { 7: [value] } }));
  for (let count = 0; count < 3; count++) await attest(world, host);
  const conditions = {
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
    parties: [party.id],
    facilities: [facilityId],
    devices: [device.id],
    minimumLevel: 'G2',
    evidenceMaxAgeSeconds: 3600,
    referenceSets: 'any-approved',
    rulePacks: 'none',
  };
  const licence = await post('/v1/licences', authority.token, { tenant: 'chips', conditions });
  const decide = async (): Promise<string> => {
    const decision = await post('/v1/decisions', authority.token, { licenceId: licence.id });
    if (decision.outcome !== 'allow') throw new Error(JSON.stringify(decision.reasons));
    return decision.id;
  };
  await decide();
  await decide();
  const { principal } = world.people.auditor;
  const wish = { principalId: principal.id, label: 'audit', expiresInSeconds: 3600 };
  const { token: auditor } = await mintToken(world.context, principal, wish);
  const receipt = join(folder, 'receipt.json');
  writeFileSync(receipt, JSON.stringify(first.receipt));
  const published = await keepCheckpoint(world, join(folder, 'published'));
  const publicKey = createPublicKey(world.context.keys.log.privateKey);
  const key = formatVerifierKey({ name: world.context.config.logOrigin, publicKey });
  return { world, host, key, folder, early, published, receipt, auditor, decide };
}

async function keepCheckpoint({ context }: World, path: string): Promise<string> {
  writeFileSync(path, await latestCheckpoint(context));
  return path;
}
