import { createHash } from 'node:crypto';
import { formatPem } from '../../bytes/pem.ts';
import { type CertificateFields, keyIdentifier, writeCertificate } from './certificate.ts';
import { type CrlFields, writeCrl } from './crl.ts';
import { type PckFields, pckExtension } from './pck-extension.ts';
import { type SigningKey, signingKey } from './signing-key.ts';

/** Which of Intel's two CAs certifies a PCK. */
export type PckCa = 'platform' | 'processor';

export type CertificateChanges = Partial<CertificateFields>;
export type CrlChanges = Partial<CrlFields>;

export type PkiOptions = {
  /**
   * Determines every key. A seed that others can read (a test's) makes a root that others can sign with: nothing but a
   * test may trust it.
   */
  readonly seed: string;
  /** When CRLs are issued, less one day. Certificates do not depend on it: 2018 to 2049. */
  readonly at: Date;
  readonly root?: CertificateChanges;
  readonly pckCa?: CertificateChanges;
  readonly pck?: CertificateChanges;
  readonly tcbSigning?: CertificateChanges;
  readonly rootCrl?: CrlChanges;
  readonly pckCrl?: CrlChanges;
};

export type Issued = {
  readonly commonName: string;
  readonly key: SigningKey;
  readonly serial: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
};

/** Intel's SGX PKI over again, under a root of one's own. */
export type IntelPki = {
  readonly root: Issued;
  readonly tcbSigning: Issued;
  readonly ca: (kind: PckCa) => Issued;
  readonly pck: (kind: PckCa, fields: PckFields) => Issued;
  /** DER. */
  readonly rootCrl: (changes?: CrlChanges) => Uint8Array;
  /** DER. */
  readonly pckCrl: (kind: PckCa, changes?: CrlChanges) => Uint8Array;
  /** Another key of this seed, for what must not be signed by the right one. */
  readonly key: (role: string) => SigningKey;
};

export const DAY_MS = 86_400_000;

const ROOT_URL = 'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der';
const PCK_CRL_URL = 'https://api.trustedservices.intel.com/sgx/certification/v4/pckcrl';

const NAMES = {
  root: 'Intel SGX Root CA',
  tcbSigning: 'Intel SGX TCB Signing',
  platform: 'Intel SGX PCK Platform CA',
  processor: 'Intel SGX PCK Processor CA',
  pck: 'Intel SGX PCK Certificate',
} as const;

const VALIDITY = {
  notBefore: new Date('2018-05-21T10:45:10Z'),
  notAfter: new Date('2049-12-31T23:59:59Z'),
} as const;

export function intelPki(options: PkiOptions): IntelPki {
  const key = (role: string): SigningKey => signingKey(options.seed, role);
  const rootKey = key('root');
  const fromRoot = { issuerName: NAMES.root, issuerKey: rootKey, crlUrl: ROOT_URL };
  const root = once(() =>
    issue({ ...fromRoot, commonName: NAMES.root, key: rootKey, pathLength: 1 }, options.root),
  );
  const tcbSigning = once(() => {
    const own = { commonName: NAMES.tcbSigning, key: key('TCB signing'), pathLength: null };
    return issue({ ...fromRoot, ...own }, options.tcbSigning);
  });
  const cas = { platform: once(() => issueCa('platform')), processor: once(() => issueCa('processor')) };
  const issueCa = (kind: PckCa): Issued =>
    issue({ ...fromRoot, commonName: NAMES[kind], key: key(`${kind} CA`), pathLength: 0 }, options.pckCa);
  const dates = {
    thisUpdate: new Date(options.at.getTime() - DAY_MS),
    nextUpdate: new Date(options.at.getTime() + 29 * DAY_MS),
  };
  const crl = (issuerName: string, issuerKey: SigningKey, ...changes: readonly (CrlChanges | undefined)[]) =>
    writeCrl(
      Object.assign(
        { issuerName, issuerKey, ...dates, revoked: [], crlNumber: 1, extensions: [], forger: null },
        ...changes,
      ),
    );
  return {
    key,
    get root() {
      return root();
    },
    get tcbSigning() {
      return tcbSigning();
    },
    ca: (kind) => cas[kind](),
    pck: (kind, fields) => {
      const extension = pckExtension(fields);
      const digest = createHash('sha1').update(options.seed).update(extension).digest();
      return issue(
        {
          commonName: NAMES.pck,
          key: key('PCK'),
          // The CA's own name and key, whatever was changed about its certificate.
          issuerName: NAMES[kind],
          issuerKey: key(`${kind} CA`),
          crlUrl: `${PCK_CRL_URL}?ca=${kind}&encoding=der`,
          serial: new Uint8Array(digest),
          pathLength: null,
          extensions: [extension],
        },
        options.pck,
      );
    },
    rootCrl: (changes) => crl(NAMES.root, rootKey, options.rootCrl, changes),
    pckCrl: (kind, changes) => crl(NAMES[kind], key(`${kind} CA`), options.pckCrl, changes),
  };
}

export function chainPem(...issued: readonly Issued[]): string {
  return issued.map(({ certificate }) => formatPem('CERTIFICATE', certificate)).join('');
}

type Essential = Pick<
  CertificateFields,
  'commonName' | 'key' | 'issuerName' | 'issuerKey' | 'crlUrl' | 'pathLength'
>;

function issue(essential: Essential & CertificateChanges, changes: CertificateChanges = {}): Issued {
  const fields: CertificateFields = {
    serial: keyIdentifier(changes.key ?? essential.key),
    ...VALIDITY,
    extensions: [],
    forger: null,
    ...essential,
    ...changes,
  };
  const { commonName, key, serial } = fields;
  return { commonName, key, serial, certificate: writeCertificate(fields) };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
