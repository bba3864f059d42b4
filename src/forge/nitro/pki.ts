import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type CertificateParts, USAGE, writeCertificate } from './certificate.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** From the root down to the key that signs, as the genuine chain has them. */
const ROLES = ['root', 'region', 'zone', 'instance', 'enclave'] as const;
export type NitroRole = (typeof ROLES)[number];

export type NitroPkiOptions = {
  /** Around which the certificates are valid. */
  readonly at: Date;
  readonly moduleId: string;
  /** What is to be different, by role. A changed key or subject carries on into what stands below. */
  readonly change?: Readonly<Partial<Record<NitroRole, Partial<CertificateParts>>>>;
};

export type NitroPki = {
  readonly root: Uint8Array;
  readonly region: Uint8Array;
  readonly zone: Uint8Array;
  readonly instance: Uint8Array;
  readonly enclave: Uint8Array;
  /** Signs documents. */
  readonly key: KeyObject;
};

const keys = new Map<NitroRole, KeyObject>();

/** This process's own for each role: nobody outside it ever holds one. */
function keyOf(role: NitroRole): KeyObject {
  const key = keys.get(role) ?? p384Key();
  keys.set(role, key);
  return key;
}

export function p384Key(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
}

/** AWS's authorities, all of them made here: trusted only where somebody names the root. */
export function nitroPki({ at, moduleId, change = {} }: NitroPkiOptions): NitroPki {
  const names = namesOf(moduleId);
  const partsOf = (role: NitroRole, above: CertificateParts | null): CertificateParts => {
    const [before, after] = LIVES[role];
    const key = change[role]?.key ?? keyOf(role);
    return {
      serial: ROLES.indexOf(role) + 1,
      issuer: above?.subject ?? names[role],
      subject: names[role],
      notBefore: new Date(at.getTime() - before),
      notAfter: new Date(at.getTime() + after),
      key,
      signer: above?.key ?? key,
      hash: 'sha384',
      ca: role !== 'enclave',
      pathLength: PATH_LENGTHS[role],
      usage: role === 'enclave' ? [USAGE.digitalSignature] : [USAGE.keyCertSign, USAGE.cRLSign],
      ...change[role],
    };
  };
  const root = partsOf('root', null);
  const region = partsOf('region', root);
  const zone = partsOf('zone', region);
  const instance = partsOf('instance', zone);
  const enclave = partsOf('enclave', instance);
  return {
    root: writeCertificate(root),
    region: writeCertificate(region),
    zone: writeCertificate(zone),
    instance: writeCertificate(instance),
    enclave: writeCertificate(enclave),
    key: enclave.key,
  };
}

/** Before and after, as long as genuine ones live. */
const LIVES: Readonly<Record<NitroRole, readonly [before: number, after: number]>> = {
  root: [3000 * DAY_MS, 3000 * DAY_MS],
  region: [4 * DAY_MS, 16 * DAY_MS],
  zone: [DAY_MS, 5 * DAY_MS],
  instance: [12 * HOUR_MS, 12 * HOUR_MS],
  enclave: [HOUR_MS, 2 * HOUR_MS],
};

const PATH_LENGTHS: Readonly<Record<NitroRole, number | null>> = {
  root: null,
  region: 2,
  zone: 1,
  instance: 0,
  enclave: null,
};

function namesOf(moduleId: string): Readonly<Record<NitroRole, string>> {
  const [instance = moduleId] = moduleId.split('-enc');
  return {
    root: 'aws.nitro-enclaves',
    region: '80c9fe850e6c24c9.eu-west-1.aws.nitro-enclaves',
    zone: '881283867d35cfb8.zonal.eu-west-1.aws.nitro-enclaves',
    instance: `${instance}.eu-west-1.aws.nitro-enclaves`,
    enclave: `${moduleId}.eu-west-1.aws`,
  };
}
