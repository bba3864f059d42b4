import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toHex } from '../../src/bytes/text.ts';
import { forgeNrasAnswer } from '../../src/forge/nvidia/nras/answer.ts';
import { forgeJwks, forgeNrasSigner } from '../../src/forge/nvidia/nras/keys.ts';
import { startNvidiaServer } from '../collateral/nvidia-server.ts';
import { gpu, KNOWN, pki, RIMS } from '../collateral/nvidia-world.ts';
import { HOPPER_VBIOS_RIM } from '../evidence/nvidia/forged.ts';
import { sextant } from './in-process.ts';

const NOW = new Date();
const NONCE = new Uint8Array(32).fill(0x5a);
const signer = forgeNrasSigner(NOW);

function temporaryFolder(files: Readonly<Record<string, Uint8Array | string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sextant-cli-nvidia-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

async function world(rims = RIMS) {
  const server = await startNvidiaServer({
    ...{ rims, known: KNOWN, now: () => new Date(), jwks: () => forgeJwks(signer) },
  });
  const roots = temporaryFolder({
    'device.der': pki.deviceRoot.certificate,
    'rim.der': pki.rimRoot.certificate,
  });
  const policy = { name: 'nvidia', base: 'gate', acceptNotPerformed: ['nvidia.revocation.leaf'] };
  const files = temporaryFolder({
    'evidence.json': JSON.stringify({
      evidences: [gpu.collected(NONCE)],
      result_code: 0,
      result_message: 'OK',
    }),
    'policy.json': JSON.stringify(policy),
    'answer.json': forgeNrasAnswer({ signer, at: NOW, nonce: NONCE }),
  });
  const { origin } = server;
  const vendors = ['--rim-url', origin, '--ocsp-url', origin, '--nras-url', origin, '--roots', roots];
  return { server, roots, files, vendors, data: temporaryFolder() };
}

describe('sextant collateral, for NVIDIA’s devices', () => {
  it('fetches what evidence needs, exports it, and judges by it where there is no network', async () => {
    const { data, files, roots, vendors } = await world();
    const evidence = join(files, 'evidence.json');
    const fetched = await sextant(
      'collateral',
      'fetch',
      '--for',
      evidence,
      '--nras',
      ...vendors,
      '--data',
      data,
    );
    expect(fetched).toMatchObject({ status: 0 });
    expect(fetched.stdout).toMatch(/✓ NVIDIA manifest NV_GPU_VBIOS_/);
    expect(fetched.stdout).toMatch(/✓ NVIDIA status of .*BROM/);

    const carried = join(temporaryFolder(), 'carried');
    expect(await sextant('collateral', 'export', carried, '--data', data)).toMatchObject({ status: 0 });
    const there = temporaryFolder();
    const imported = await sextant(
      'collateral',
      'import',
      carried,
      '--roots',
      roots,
      '--data',
      there,
      '--json',
    );
    const outcomes = (JSON.parse(imported.stdout) as { outcome: string }[]).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(Array.from({ length: 9 }, () => 'accepted'));
    const status = JSON.parse((await sextant('collateral', 'status', '--data', there, '--json')).stdout);
    expect(status.documents).toHaveLength(9);

    const nonce = ['--nonce', toHex(NONCE), '--policy', join(files, 'policy.json')];
    const collateral = ['--collateral', join(carried, 'nvidia'), '--roots', roots];
    const judged = await sextant('verify', evidence, ...nonce, ...collateral, '--json');
    expect(JSON.parse(judged.stdout)).toMatchObject({ format: 'nvidia-gpu', accepted: true });

    const answer = join(files, 'answer.json');
    const believed = await sextant(
      'verify',
      answer,
      ...nonce,
      '--jwks',
      join(carried, 'nvidia', 'jwks.json'),
    );
    expect(believed).toMatchObject({ status: 0 });
    expect(believed.stdout).toMatch(/NVIDIA's attestation service.*authentic; it says.*attested/);
    expect(await sextant('verify', answer, ...nonce, ...collateral)).toMatchObject({ status: 1 });
  });

  it('names the manifest that NVIDIA does not publish', async () => {
    const rims = new Map([...RIMS].filter(([id]) => id !== HOPPER_VBIOS_RIM));
    const { data, files, vendors } = await world(rims);
    const paths = ['--for', join(files, 'evidence.json')];
    const fetched = await sextant('collateral', 'fetch', ...paths, ...vendors, '--data', data);
    expect(fetched.status).toBe(1);
    expect(fetched.stdout).toContain(`✗ NVIDIA manifest ${HOPPER_VBIOS_RIM} collateral_not_found`);
  });

  it('fetches a manifest by its id, and asks nothing for a chip that leads to no trusted root', async () => {
    const { server, data, files, vendors } = await world();
    const [manifest] = RIMS.keys();
    const one = await sextant('collateral', 'fetch', '--rim', manifest ?? '', ...vendors, '--data', data);
    expect(one).toMatchObject({ status: 0 });
    const before = server.requests.length;
    const without = vendors.slice(0, -2);
    const paths = ['--for', join(files, 'evidence.json')];
    expect(await sextant('collateral', 'fetch', ...paths, ...without, '--data', data)).toMatchObject({
      status: 2,
    });
    expect(server.requests).toHaveLength(before);
  });
});
