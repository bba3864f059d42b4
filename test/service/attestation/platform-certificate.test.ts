import { describe, expect, it } from 'vitest';
import { formatPem } from '../../../src/bytes/pem.ts';
import { toBase64Url } from '../../../src/bytes/text.ts';
import { parseAttributeCertificate } from '../../../src/evidence/tpm/platform-certificate/index.ts';
import { makePlatformCa, type PlatformBent, type PlatformCa } from '../../../src/forge/tpm/platform-ca.ts';
import { shown } from '../../http/possession.ts';
import { issueRoot } from '../../pki/issue.ts';
import {
  type Answer,
  activate,
  ask,
  attest,
  begin as beginEnrolment,
  enrol,
  makeHostKey,
  mintToken,
} from './agent.ts';
import { type Machine, makeMachine } from './machine.ts';
import { BEGINNING, logged, makeWorld, trust, type World } from './world.ts';

const machineOf = (serial: string) => ({ manufacturer: 'Example Machines', model: 'R1', serial });
const SERIAL = 'SRV-0001';

/** A host whose operator says which machine it is, its register entry, and a maker of machines that is trusted or not. */
async function begin(trusted = true) {
  const world = await makeWorld({ attestationIntervalMs: 0 });
  const ca = makePlatformCa(BEGINNING);
  if (trusted) await approve(world, ca);
  const device = await ask(world, '/v1/devices', {
    bearer: world.people.exporter.token,
    json: { kind: 'host-tpm', serial: SERIAL, facilityId: world.facilityId },
  });
  const machine = makeMachine(world.manufacturer);
  const serialLink = async (): Promise<string> => {
    const status = await ask(world, `/v1/devices/${device.body.id}/status`, {
      method: 'GET',
      bearer: world.people.exporter.token,
    });
    return status.body.serialLink;
  };
  const claim = { devices: [{ kind: 'host-tpm', serial: SERIAL }] };
  return { world, ca, machine, serialLink, claim };
}

const approve = (world: World, { rootPem }: PlatformCa): Promise<void> =>
  trust(world.context, {
    kind: 'anchors',
    content: { name: 'machines', version: '1', purpose: 'tcg-platform-ca', certificates: rootPem },
  });

type Bringing = { readonly serial?: string; readonly bent?: PlatformBent; readonly more?: object };
const bring = (
  world: World,
  ca: PlatformCa,
  { ekCertificate }: Machine,
  { serial = SERIAL, bent = {}, more = {} }: Bringing = {},
): Promise<Answer> =>
  ask(world, '/v1/platform-certificates', {
    bearer: world.people.exporter.token,
    json: {
      platformCertificate: toBase64Url(ca.issue(ekCertificate, machineOf(serial), bent)),
      ekCertificate: toBase64Url(ekCertificate),
      ...more,
    },
  });
const failed = ({ body }: Answer): string[] => body.errors.map(({ path }: { path: string }) => path);

describe('a platform certificate that is imported', () => {
  it('links a host’s TPM with its machine, and loses its word with its root', async () => {
    const { world, ca, machine, serialLink, claim } = await begin();
    await attest(world, await enrol(world, machine, claim));
    expect(await serialLink()).toBe('operator-claimed');
    const imported = await bring(world, ca, machine);
    expect(imported).toMatchObject({
      status: 201,
      body: { kind: 'platform-certificate', manufacturer: 'Example Machines', devices: 1, inForce: true },
    });
    const url = `${world.server.url}/v1/device-manifests/${imported.body.id}/content`;
    const content = await fetch(url, {
      headers: shown(world.people.auditor.token, { method: 'GET', url, now: world.context.clock() }),
    });
    expect(content.headers.get('content-type')).toBe('application/pkix-attr-cert');
    const { sha256 } = parseAttributeCertificate(new Uint8Array(await content.arrayBuffer()));
    expect(sha256).toBe(imported.body.sha256);
    expect(imported.body.signer).toMatch(/^tcg-platform-ca:[0-9a-f]{64}$/);
    expect(await serialLink()).toBe('manufacturer-manifest');
    await trust(world.context, {
      kind: 'anchors',
      content: {
        name: 'machines',
        version: '2',
        purpose: 'tcg-platform-ca',
        certificates: makePlatformCa(BEGINNING, 'another').rootPem,
      },
    });
    expect(await serialLink()).toBe('operator-claimed');
  });

  it('contradicts a host that stands in for the machine', async () => {
    const { world, ca, machine, serialLink, claim } = await begin();
    await bring(world, ca, machine);
    await attest(world, await enrol(world, makeMachine(world.manufacturer), claim));
    expect(await serialLink()).toBe('contradicted');
    await attest(world, await enrol(world, machine, claim));
    expect(await serialLink()).toBe('manufacturer-manifest');
  });

  it('changes nothing when the same is brought again', async () => {
    const { world, ca, machine } = await begin();
    const json = {
      platformCertificate: toBase64Url(ca.issue(machine.ekCertificate, machineOf(SERIAL))),
      ekCertificate: toBase64Url(machine.ekCertificate),
    };
    const bearer = world.people.exporter.token;
    const answers = [
      await ask(world, '/v1/platform-certificates', { bearer, json }),
      await ask(world, '/v1/platform-certificates', { bearer, json }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    expect(answers[0]?.body.id).toBe(answers[1]?.body.id);
  });

  it('is refused under a root that nobody approved', async () => {
    const { world, ca, machine } = await begin(false);
    const answer = await bring(world, ca, machine);
    expect(answer).toMatchObject({ status: 403, body: { code: 'manifest_refused' } });
    expect(failed(answer)).toEqual(['tpm.platform.chain']);
  });

  it('is refused with a forged endorsement certificate, though it bears the name and number of the genuine one', async () => {
    const { world, ca } = await begin();
    const forger = issueRoot({ subject: 'Test TPM Manufacturer' });
    const answer = await bring(world, ca, makeMachine(forger));
    expect(failed(answer)).toContain('tpm.ek.chain');
  });

  it('is refused for another TPM', async () => {
    const { world, ca, machine } = await begin();
    const other = makeMachine(world.manufacturer);
    const more = { ekCertificate: toBase64Url(other.ekCertificate) };
    expect(failed(await bring(world, ca, machine, { more }))).toEqual(['tpm.platform.holder']);
  });

  it('is refused where an end entity signed it, until that one is approved itself', async () => {
    const { world, ca, machine } = await begin();
    const signer = ca.certify('end-entity');
    const more = {
      platformCertificate: toBase64Url(signer.issue(machine.ekCertificate, machineOf(SERIAL))),
      platformIntermediates: [toBase64Url(signer.certificate)],
    };
    const refused = await bring(world, ca, machine, { more });
    expect(failed(refused)).toEqual(['tpm.platform.issuer']);
    expect(refused.body.errors[0].mend).toContain('approved itself');
    const certificates = formatPem('CERTIFICATE', signer.certificate);
    await trust(world.context, {
      kind: 'anchors',
      content: { name: 'signer', version: '1', purpose: 'tcg-platform-ca', certificates },
    });
    expect(await bring(world, ca, machine, { more })).toMatchObject({ status: 201, body: { inForce: true } });
  });

  it('is refused where it is none', async () => {
    const { world, ca, machine } = await begin();
    const more = { platformCertificate: toBase64Url(machine.ekCertificate) };
    expect(await bring(world, ca, machine, { more })).toMatchObject({
      status: 400,
      body: { code: 'bad_value' },
    });
  });
});

describe('a platform certificate that a host enrols with', () => {
  const enrolWith = async (
    { world, machine, claim }: Awaited<ReturnType<typeof begin>>,
    certificate: Uint8Array,
  ): Promise<Answer> => {
    const enrolling = { token: await mintToken(world, claim), machine, key: await makeHostKey() };
    const platform = { certificate: toBase64Url(certificate) };
    const begun = await beginEnrolment(world, enrolling, { platform });
    return begun.status === 201 ? activate(world, enrolling, begun.body) : begun;
  };
  const enrolled = async (world: World): Promise<unknown> =>
    (await logged(world, 'host.enrolled')).map(({ platform }) => platform);

  it('is kept with the enrolment, once', async () => {
    const made = await begin();
    const { world, ca, machine, serialLink } = made;
    const certificate = ca.issue(machine.ekCertificate, machineOf(SERIAL));
    expect((await enrolWith(made, certificate)).status).toBe(200);
    expect((await enrolWith(made, certificate)).status).toBe(200);
    expect(await enrolled(world)).toEqual(['kept', 'known']);
    const host = await enrol(world, machine, made.claim);
    await attest(world, host);
    expect(await serialLink()).toBe('manufacturer-manifest');
  });

  it('changes nothing where its maker has said something later, and the host is enrolled', async () => {
    const made = await begin();
    const { world, ca, machine } = made;
    const later = { notBefore: new Date(BEGINNING.getTime() - 1000) };
    await bring(world, ca, machine, { bent: later });
    const older = ca.issue(machine.ekCertificate, machineOf('SRV-0009'));
    expect((await enrolWith(made, older)).status).toBe(200);
    expect(await enrolled(world)).toEqual(['older']);
  });

  it.each<[string, (made: Awaited<ReturnType<typeof begin>>) => Uint8Array]>([
    [
      'tpm.platform.holder',
      ({ ca, world }) => ca.issue(makeMachine(world.manufacturer).ekCertificate, machineOf(SERIAL)),
    ],
    [
      'tpm.platform.chain',
      ({ machine }) => makePlatformCa(BEGINNING, 'x').issue(machine.ekCertificate, machineOf(SERIAL)),
    ],
    ['tpm.platform.well-formed', ({ machine }) => machine.ekCertificate],
  ])('refuses the enrolment where %s fails, with what to do', async (id, make) => {
    const made = await begin();
    const answer = await enrolWith(made, make(made));
    expect(answer).toMatchObject({ status: 403, body: { code: 'enrolment_refused' } });
    expect(answer.body.errors[0]).toMatchObject({
      path: id,
      mend: expect.stringContaining('enrol without it'),
    });
    expect(await enrolled(made.world)).toEqual([]);
  });
});
