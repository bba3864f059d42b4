import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CheckList } from '../../../src/evidence/check.ts';
import { checkDistinct } from '../../../src/evidence/nvidia/fleet.ts';
import { verifyNvidiaDevice } from '../../../src/evidence/nvidia/index.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { parseCertificate } from '../../../src/pki/index.ts';
import { deviceAnchors } from './forged.ts';
import { failed } from './genuine.ts';
import { twinOf } from './twin.ts';

const NONCE = new Uint8Array(32).fill(7);
const device = forgeNvidiaGpu();
const [leaf, chip, provisioner, identity, root] = device.certificates as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

const verified = (certificates: readonly Uint8Array[]) =>
  verifyNvidiaDevice({
    report: device.report(NONCE),
    certificates,
    anchors: deviceAnchors(device.pki),
    at: new Date(),
    nonce: NONCE,
    policy: 'authenticity',
  });

describe('one chip', () => {
  it.each<[string, readonly Uint8Array[]]>([
    ['its certificate', [leaf, twinOf(chip), provisioner, identity, root]],
    ['every certificate', [leaf, chip, provisioner, identity].map(twinOf)],
  ])('does not pass for two by the other s of the signature on %s', (_, certificates) => {
    const [honest, twin] = [verified(device.certificates), verified(certificates)];
    expect(certificates[1]).not.toEqual(chip);
    // Whoever signed may have chosen either: both hold, and the key below is one.
    expect(failed(twin)).toEqual([]);
    expect(twin.verified?.identity).toBe(honest.verified?.identity);
  });

  it('is known by its key, whose digest openssl makes too', () => {
    const { der } = parseCertificate(chip).publicKey;
    expect(device.identity).toBe(hash('sha256', der, 'hex'));
    expect(verified(device.certificates).described?.identity).toBe(device.identity);
  });

  it('stands twice in a fleet although the leaf beside it is another', () => {
    const checks = new CheckList();
    const { described } = verified(device.certificates);
    if (described === null) throw new Error('it can be read');
    const again = { ...described, ueid: `${described.ueid}1` };
    checkDistinct(checks, [
      { where: 'a', described },
      { where: 'b', described: again },
    ]);
    expect(checks.checks).toMatchObject([{ id: 'nvidia.devices.distinct', status: 'fail' }]);
  });
});

describe('a root that comes along', () => {
  const other = forgeNvidiaGpu().certificates[0] as Uint8Array;
  it('may be left out or be written another way, and must be the trusted one', () => {
    const above = [leaf, chip, provisioner, identity];
    expect(failed(verified(above))).toEqual([]);
    expect(failed(verified([...above, twinOf(root)]))).toEqual([]);
    expect(failed(verified([...above, other]))).toEqual(['nvidia.chain.path']);
    expect(failed(verified([...above, identity]))).toEqual(['nvidia.chain.path']);
  });
});
