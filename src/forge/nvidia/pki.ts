import type { NvidiaGeneration } from '../../evidence/nvidia/index.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateChange,
  type CertificateParts,
  crlDistributionPoint,
  type Issued,
  issue,
  keyUsage,
  ocspAccess,
  subjectKeyIdentifier,
  USAGE,
} from './certificate.ts';
import { GENERATIONS } from './generation.ts';
import { authorityName, deviceAuthorityName, rimRootName, rimSignerName } from './name.ts';
import { newKey, type SigningKey } from './signing-key.ts';

export const FOREVER = new Date('9999-12-31T23:59:59Z');
const CRL = 'http://crl.ndis.nvidia.com';

/** Who may be different. `identity` and `provisioner` stand above devices; the rest is of manifests. */
export type NvidiaAuthority =
  | 'deviceRoot'
  | 'identity'
  | 'provisioner'
  | 'rimRoot'
  | 'rimCa'
  | 'rimIntermediate'
  | 'rimSigner';

export type NvidiaPkiChange = Readonly<Partial<Record<NvidiaAuthority, CertificateChange>>>;

/**
 * NVIDIA's authorities, all of them made here: roles, layouts and dates are the genuine ones', names and keys are not. A
 * device counts only where `deviceRoot` was trusted, a manifest only where `rimRoot` was: neither vouches for the other's.
 */
export type NvidiaPki = {
  readonly deviceRoot: Issued;
  readonly rimRoot: Issued;
  /** Below the device root; Hopper and LS10 share theirs. */
  readonly identity: (generation: NvidiaGeneration) => Issued;
  /** Signs the chips' own certificates. */
  readonly provisioner: (generation: NvidiaGeneration) => Issued;
  /** Of manifests of that generation, the signer first and without the root. */
  readonly rimChain: (generation: NvidiaGeneration) => readonly [signer: Issued, ...cas: Issued[]];
};

const unchanged = new Map<string, NvidiaPki>();

/**
 * @param owner several PKIs are told apart by this: the same certificates each time in one process
 * @param change makes one anew, in which something is different
 */
export function forgeNvidiaPki(owner = 'forge', change?: NvidiaPkiChange): NvidiaPki {
  if (change !== undefined) return makePki(change);
  const pki = unchanged.get(owner) ?? makePki({});
  unchanged.set(owner, pki);
  return pki;
}

function makePki(change: NvidiaPkiChange): NvidiaPki {
  const deviceRoot = selfSigned(
    deviceAuthorityName('NVIDIA Device Identity CA'),
    ['2021-11-05T00:00:00Z', FOREVER],
    (key) => [...asCa(), ...keyIdentifiers(key, key)],
    change.deviceRoot,
  );
  const rimRoot = selfSigned(
    rimRootName('NVIDIA CoRIM signing Root CA'),
    ['2023-03-16T15:37:34Z', new Date('2053-03-08T15:37:34Z')],
    (key) => [...keyIdentifiers(key, key), ...asCa()],
    change.rimRoot,
  );
  const identities = keep((name: string) => {
    const traits = Object.values(GENERATIONS).find(({ identity }) => identity === name);
    const [subject, from] = [deviceAuthorityName(name), new Date('2022-01-12T00:00:00Z')];
    const crl = `${CRL}/crl/l1-root.crl`;
    if (traits === undefined) throw new TypeError(`no generation has an authority ${name}`);
    return authority(deviceRoot, { subject, notBefore: from, notAfter: FOREVER }, crl, change.identity);
  });
  const identity = (generation: NvidiaGeneration): Issued => identities(GENERATIONS[generation].identity);
  const provisioners = keep((generation: NvidiaGeneration) => {
    const { provisioner, identityCrl } = GENERATIONS[generation];
    const parts = {
      subject: authorityName(provisioner),
      notBefore: new Date('2022-03-01T00:00:00Z'),
      notAfter: FOREVER,
    };
    return authority(identity(generation), parts, `${CRL}/crl/${identityCrl}`, change.provisioner);
  });
  const rimChains = keep((generation: NvidiaGeneration) => makeRimChain(rimRoot, generation, change));
  return { deviceRoot, rimRoot, identity, provisioner: provisioners, rimChain: rimChains };
}

/** In either order: the two roots differ in it. */
function selfSigned(
  subject: Uint8Array,
  [from, notAfter]: readonly [string, Date],
  extensions: (key: SigningKey) => readonly Uint8Array[],
  change: CertificateChange = {},
): Issued {
  const key = change.key ?? newKey();
  return issue({
    serial: serialOf(key),
    issuer: subject,
    subject,
    notBefore: new Date(from),
    notAfter,
    alwaysGeneralizedTime: false,
    key,
    signer: key,
    hash: 'sha384',
    extensions: extensions(key),
    ...change,
  });
}

function asCa(pathLength: number | null = null): Uint8Array[] {
  return [basicConstraints(true, pathLength), keyUsage(USAGE.keyCertSign, USAGE.cRLSign)];
}

function keyIdentifiers(own: SigningKey, issuer: SigningKey): Uint8Array[] {
  return [subjectKeyIdentifier(own), authorityKeyIdentifier(issuer)];
}

type Own = Pick<CertificateParts, 'subject' | 'notBefore' | 'notAfter'> & Partial<CertificateParts>;

/** A CA in the layout of those above devices. */
function authority(above: Issued, own: Own, crl: string, change: CertificateChange = {}): Issued {
  const key = change.key ?? newKey();
  return below(above, key, {
    ...own,
    extensions: [...asCa(), crlDistributionPoint(crl), ocspAccess(), ...keyIdentifiers(key, above.key)],
    ...change,
  });
}

/** The signer, an intermediate and the CA of one generation's manifests. */
function makeRimChain(
  root: Issued,
  generation: NvidiaGeneration,
  change: NvidiaPkiChange,
): readonly [Issued, ...Issued[]] {
  const { chip } = GENERATIONS[generation];
  const ca = authority(
    root,
    {
      subject: authorityName(`NVIDIA Reference Value ${chip} CA`),
      notBefore: new Date('2023-05-11T00:00:00Z'),
      notAfter: new Date('2033-05-11T23:59:59Z'),
      alwaysGeneralizedTime: true,
    },
    `${CRL}/crl-corim/l1-corim`,
    change.rimCa,
  );
  const key = change.rimIntermediate?.key ?? newKey();
  const intermediate = below(ca, key, {
    subject: authorityName(`NVIDIA Reference Value L3 ${chip} 002`),
    notBefore: new Date('2023-10-31T00:00:00Z'),
    notAfter: new Date('2033-04-30T23:59:59Z'),
    alwaysGeneralizedTime: true,
    extensions: [...asCa(0), ocspAccess(), ...keyIdentifiers(key, ca.key)],
    ...change.rimIntermediate,
  });
  return [makeRimSigner(intermediate, change.rimSigner), intermediate, ca];
}

function makeRimSigner(above: Issued, change: CertificateChange = {}): Issued {
  const key = change.key ?? newKey();
  return below(above, key, {
    subject: rimSignerName('HCC RIM L4 Signer'),
    notBefore: new Date('2024-12-30T16:56:50Z'),
    notAfter: new Date('2033-04-30T23:59:59Z'),
    extensions: [
      ...keyIdentifiers(key, above.key),
      basicConstraints(false),
      keyUsage(USAGE.digitalSignature),
      ocspAccess(),
    ],
    ...change,
  });
}

/** Issued by another, with a serial number of its own key. */
export function below(
  above: Issued,
  key: SigningKey,
  own: Own & Pick<CertificateParts, 'extensions'>,
): Issued {
  return issue({
    serial: serialOf(key),
    issuer: above.subject,
    alwaysGeneralizedTime: false,
    key,
    signer: above.key,
    hash: 'sha384',
    ...own,
  });
}

/** As leaves have it: the key identifier with its two topmost bits 01, so that it is positive and has 20 bytes. */
export function serialOf({ keyIdentifier }: SigningKey): Uint8Array {
  const [first = 0, ...rest] = keyIdentifier;
  return Uint8Array.of((first & 0x3f) | 0x40, ...rest);
}

function keep<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
