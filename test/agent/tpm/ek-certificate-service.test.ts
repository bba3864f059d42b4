import { statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ekCertificateRecord } from '../../../src/agent/ek-certificate-record.ts';
import { openDataFolder } from '../../../src/agent/folder.ts';
import { ekCertificateName } from '../../../src/agent/tpm/ek-certificate-name.ts';
import {
  type EkCertificateSource,
  ekCertificateService,
} from '../../../src/agent/tpm/ek-certificate-service.ts';
import { toolsTpm } from '../../../src/agent/tpm/tools.ts';
import { parseTpm2bPublic } from '../../../src/evidence/tpm/public.ts';
import { importPublicKey } from '../../../src/evidence/tpm/public-key.ts';
import { issueLeaf, issueRoot, newKey } from '../../pki/issue.ts';
import { makeMachine } from '../../service/attestation/machine.ts';
import { describeWithSwtpm, startSwtpm } from '../../swtpm.ts';
import { json, localServer, temporaryFolder } from '../fixtures.ts';

const INTEL = 0x494e5443;
const AMD = 0x414d4400;
const root = issueRoot({ subject: 'Maker' });
const machine = makeMachine(root);

const raw = (response: ServerResponse, status: number, body: Uint8Array | string): void => {
  response.writeHead(status).end(body);
};
/** As Intel's service writes it: padded base64url, the padding percent-encoded. */
const intelAnswer = (certificate: Uint8Array) => ({
  pubhash: 'ignored',
  certificate: Buffer.from(certificate)
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '%3D'),
});

async function serving(answer: (response: ServerResponse) => void, deadlineMs = 60_000) {
  const { address, received } = await localServer(answer);
  const folder = temporaryFolder();
  const base = new URL('keys/', address).href;
  const source: EkCertificateSource = ekCertificateService(ekCertificateRecord(folder), {
    bases: { intel: base, amd: base },
    deadlineMs,
  });
  return { source, received, folder, base };
}

describe('an EK certificate from its maker', () => {
  it.each([
    ['intel', INTEL, (response: ServerResponse) => json(response, 200, intelAnswer(machine.ekCertificate))],
    ['amd', AMD, (response: ServerResponse) => raw(response, 200, machine.ekCertificate)],
  ] as const)('is read as %s hands it out', async (maker, manufacturer, answer) => {
    const { source, received } = await serving(answer);
    expect(await source(manufacturer, machine.ekPublic)).toEqual(machine.ekCertificate);
    expect(received[0]?.request.url).toBe(
      `/keys/${ekCertificateName(maker, parseTpm2bPublic(machine.ekPublic))}`,
    );
  });

  it('is asked for once, and kept privately for that key alone', async () => {
    const { source, received, folder, base } = await serving((response) =>
      raw(response, 200, machine.ekCertificate),
    );
    await source(AMD, machine.ekPublic);
    const reopened = ekCertificateService(ekCertificateRecord(openDataFolder(folder.path)), {
      bases: { amd: base },
    });
    expect(await reopened(AMD, machine.ekPublic)).toEqual(machine.ekCertificate);
    expect(received).toHaveLength(1);
    expect(statSync(join(folder.path, 'ek-certificate.json')).mode & 0o777).toBe(0o600);

    await expect(reopened(AMD, makeMachine(root).ekPublic)).rejects.toMatchObject({ code: 'ek_mismatch' });
    expect(received).toHaveLength(2);
    expect(await source(AMD, machine.ekPublic)).toEqual(machine.ekCertificate);
    expect(received).toHaveLength(2);
  });

  it('is asked for again where what was kept is of another key', async () => {
    const { source, received, folder } = await serving((response) =>
      raw(response, 200, machine.ekCertificate),
    );
    await ekCertificateRecord(folder).remember(machine.ekPublic, makeMachine(root).ekCertificate);
    expect(await source(AMD, machine.ekPublic)).toEqual(machine.ekCertificate);
    expect(received).toHaveLength(1);
  });

  const other = makeMachine(root).ekCertificate;
  it.each<[string, string, number, (response: ServerResponse) => void]>([
    ['not known there', 'ek_unknown_to_maker', INTEL, (to) => raw(to, 404, 'no such certificate')],
    ['not served', 'ek_service_refused', AMD, (to) => raw(to, 503, 'later')],
    ['moved', 'ek_service_refused', AMD, (to) => to.writeHead(302, { location: '/elsewhere' }).end()],
    ["another key's (AMD)", 'ek_mismatch', AMD, (to) => raw(to, 200, other)],
    ["another key's (Intel)", 'ek_mismatch', INTEL, (to) => json(to, 200, intelAnswer(other))],
    ['no JSON', 'ek_service_malformed', INTEL, (to) => raw(to, 200, '<certificate/>')],
    ['no text', 'ek_service_malformed', INTEL, (to) => json(to, 200, { certificate: 7 })],
    ['no base64url', 'ek_service_malformed', INTEL, (to) => json(to, 200, { certificate: '%%' })],
    ['absent', 'ek_service_malformed', AMD, (to) => raw(to, 200, '')],
    ['garbage', 'ek_service_malformed', AMD, (to) => raw(to, 200, Buffer.alloc(900, 0x30))],
    [
      'followed by more',
      'ek_service_malformed',
      AMD,
      (to) => raw(to, 200, Buffer.concat([machine.ekCertificate, Buffer.from([0])])),
    ],
    [
      'in more bytes than one can have',
      'ek_service_malformed',
      INTEL,
      (to) => json(to, 200, { ...intelAnswer(machine.ekCertificate), more: 'x'.repeat(1 << 14) }),
    ],
    ['cut off', 'ek_service_unreachable', AMD, (to) => to.destroy()],
  ])('that is %s is %s, and nothing is kept', async (_, code, manufacturer, answer) => {
    const { source, received, folder } = await serving(answer);
    await expect(source(manufacturer, machine.ekPublic)).rejects.toMatchObject({
      code,
      mend: expect.stringContaining(' '),
    });
    expect(received).toHaveLength(1);
    expect(folder.read('ek-certificate.json')).toBeNull();
  });

  it.each([
    ['a word', () => {}],
    ['its end', (response: ServerResponse) => void response.writeHead(200).write('3082')],
  ])('is not waited for without %s', async (_, answer) => {
    const { source } = await serving(answer, 100);
    await expect(source(AMD, machine.ekPublic)).rejects.toMatchObject({
      code: 'ek_service_unreachable',
      message: expect.stringContaining('in time'),
    });
  });

  it('is asked of no other maker, and not in plaintext', async () => {
    const { source, received } = await serving((response) => raw(response, 200, machine.ekCertificate));
    await expect(source(0x49465800, machine.ekPublic)).rejects.toMatchObject({ code: 'ek_maker_unknown' });
    const plain = ekCertificateService(ekCertificateRecord(temporaryFolder()), {
      bases: { amd: 'http://ftpm.example/' },
    });
    await expect(plain(AMD, machine.ekPublic)).rejects.toMatchObject({ code: 'address_refused' });
    expect(received).toHaveLength(0);
  });
});

describeWithSwtpm('a TPM whose NV holds no certificate for its key', () => {
  it('has its maker asked, and only then', async () => {
    const tpm = await startSwtpm();
    try {
      const asked: number[] = [];
      const source: EkCertificateSource = async (manufacturer, ekPublic) => {
        asked.push(manufacturer);
        const spki = importPublicKey(parseTpm2bPublic(ekPublic)).export({ type: 'spki', format: 'der' });
        return issueLeaf(root, { key: { ...newKey(), spki: new Uint8Array(spki) } }).der;
      };
      const memory = { recall: async () => null, remember: async () => {} };
      const ak = { algorithm: 'ecc', handle: 0x8101a500, memory } as const;
      await toolsTpm({ tcti: tpm.tcti, ak, ek: { source } }).readEndorsement();
      expect(asked).toEqual([]);
      const without = toolsTpm({ tcti: tpm.tcti, ak, ek: { algorithm: 'ecc256', source } });
      const { ekCertificate, ekPublic } = await without.readEndorsement();
      expect(asked).toEqual([0x49424d00]);
      expect(parseTpm2bPublic(ekPublic)).toMatchObject({ type: 'ecc', curve: { name: 'P-256' } });
      expect(ekCertificate[0]).toBe(0x30);
      expect((await without.createOrLoadAk()).akPublic.length).toBeGreaterThan(0);
    } finally {
      await tpm.stop();
    }
  });
});
