import { OPAQUE } from '../../../src/evidence/nvidia/opaque.ts';
import type { Issued as Forged } from '../../../src/forge/nvidia/certificate.ts';
import type { ForgedNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import type { NvidiaPki } from '../../../src/forge/nvidia/pki.ts';
import { anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../../src/pki/index.ts';
import type { Issued } from '../../pki/issue.ts';

export const HOPPER_DRIVER_RIM = 'NV_GPU_DRIVER_GH100_580.159.03';
export const HOPPER_VBIOS_RIM = 'NV_GPU_VBIOS_1010_0205_862_9600740020';

/** A report that says nothing of what is read here. */
export const SILENT: ReadonlyMap<number, null> = new Map(Object.values(OPAQUE).map((id) => [id, null]));

export const text = (value: string): Uint8Array => Buffer.from(`${value}\0`, 'latin1');

export const deviceAnchors = ({ deviceRoot }: NvidiaPki): TrustAnchor[] => [anchor(deviceRoot)];
export const rimAnchors = ({ rimRoot }: NvidiaPki): TrustAnchor[] => [anchor(rimRoot)];

function anchor({ certificate }: Forged): TrustAnchor {
  return anchorFromCertificate(parseCertificate(certificate));
}

/** As the tests of revocation know whoever issues: their responses can be wrong in more ways than the forge's. */
export function issuersOf({ chain }: ForgedNvidiaGpu): readonly [Issued, Issued, Issued, Issued, Issued] {
  const [leaf, chip, provisioner, identity, root] = chain;
  return [issued(leaf), issued(chip), issued(provisioner), issued(identity), issued(root)];
}

export function issued({ certificate, subject, key }: Forged): Issued {
  return {
    der: certificate,
    certificate: parseCertificate(certificate),
    name: subject,
    key: { privateKey: key.privateKey, spki: key.spki, kind: 'p384' },
    ski: key.keyIdentifier,
  };
}
