import { concatBytes } from '../../bytes/concat.ts';
import { fromUtf8, toHex, toUtf8 } from '../../bytes/text.ts';
import { SNP_PRODUCTS, type SnpProduct } from '../../evidence/amd/evidence.ts';
import { readLeafExtensions } from '../../evidence/amd/leaf-extensions.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { parseCrl } from '../../pki/crl.ts';
import { attributeTexts, type Name } from '../../pki/name.ts';
import { OID } from '../../pki/object-identifiers.ts';
import { parsePem, writePem } from '../../pki/pem.ts';
import { chainKey, crlKey, vcekKey } from '../amd/addresses.ts';
import { crlDer } from '../crl.ts';
import { CollateralError } from '../errors.ts';
import type { SnpNeed } from '../source.ts';
import { IMPORTED, type ImportFolder, type ImportItem } from './import-item.ts';

const SEQUENCE = 0x30;
const CERTIFICATES = /^(?!(?:root|tcbchain|qechain|pckchain|pckcrlchain)\.).*\.(?:pem|der|crt|cer)$/i;
const CRL = /^(?!(?:root|pck)crl\.)(?:.*[-_])?crl(?:[-_].*)?\.(?:der|pem|hex)$/i;

type Kind = SnpNeed['kind'];
type InFile = { readonly file: string; readonly certificate: Certificate };

/** AMD's documents in a folder: chains of every line whose two certificates are there, then chips' certificates, then CRLs. */
export function amdItems(folder: ImportFolder): ImportItem[] {
  const crls = [...folder].filter(([name]) => CRL.test(name));
  const others = [...folder].filter(([name]) => CERTIFICATES.test(name) && !CRL.test(name));
  const certificates: InFile[] = [];
  const unreadable: ImportItem[] = [];
  for (const [file, bytes] of others) {
    const item = read(file, bytes);
    if (Array.isArray(item)) certificates.push(...item);
    else unreadable.push(item);
  }
  return [
    ...unreadable,
    ...SNP_PRODUCTS.flatMap((product) =>
      (['vcek', 'vlek'] as const).flatMap((kind) => chainItem(certificates, kind, product)),
    ),
    ...certificates
      .filter(({ certificate }) => commonName(certificate.subject) === 'SEV-VCEK')
      .map(({ file, certificate }) => ({ file, find: () => vcek(certificate) })),
    ...crls.map(([file, bytes]) => ({ file, find: () => crl(file, bytes) })),
  ];
}

function read(file: string, bytes: Uint8Array): InFile[] | ImportItem {
  try {
    const ders = bytes[0] === SEQUENCE ? [bytes] : parsePem(fromUtf8(bytes, file));
    return ders.map((der) => ({ file, certificate: parseCertificate(der) }));
  } catch (error) {
    return {
      file,
      find: () => {
        throw error;
      },
    };
  }
}

function chainItem(certificates: readonly InFile[], kind: Kind, product: SnpProduct): ImportItem[] {
  const intermediate = find(certificates, kind === 'vlek' ? `SEV-VLEK-${product}` : `SEV-${product}`);
  const root = find(certificates, `ARK-${product}`);
  if (intermediate === undefined || root === undefined) return [];
  const body = concatBytes(
    [intermediate, root].map(({ certificate }) => toUtf8(writePem(certificate.der), 'chain')),
  );
  const received = { body, chain: null, source: IMPORTED };
  const files = new Set([intermediate.file, root.file]);
  return [{ file: [...files].join(' + '), find: () => ({ key: chainKey({ kind, product }), received }) }];
}

/** Which chip, and which version, the certificate says itself: judged against its issuer like any other. */
function vcek(certificate: Certificate): ReturnType<ImportItem['find']> {
  const issuer = commonName(certificate.issuer);
  const product = SNP_PRODUCTS.find((line) => issuer === `SEV-${line}`);
  const { levels, hwid } = readLeafExtensions(certificate);
  if (product === undefined || hwid === null) throw nameless('issuer or chip');
  const level = (arc: number): number => levels.get(arc) ?? 0;
  const key = vcekKey({
    kind: 'vcek',
    product,
    chipId: toHex(hwid).padEnd(128, '0'),
    reportedTcb: {
      fmc: product === 'Turin' ? level(9) : null,
      bootLoader: level(1),
      tee: level(2),
      snp: level(3),
      microcode: level(8),
    },
  });
  return { key, received: { body: certificate.der, chain: null, source: IMPORTED } };
}

function crl(file: string, bytes: Uint8Array): ReturnType<ImportItem['find']> {
  const body = crlDer(bytes);
  const issuer = commonName(parseCrl(body).issuer);
  const product = SNP_PRODUCTS.find((line) => issuer === `ARK-${line}`);
  if (product === undefined) throw nameless('issuer');
  const kind = /vlek/i.test(file) ? 'vlek' : 'vcek';
  return { key: crlKey({ kind, product }), received: { body, chain: null, source: IMPORTED } };
}

function find(certificates: readonly InFile[], name: string): InFile | undefined {
  return certificates.find(({ certificate }) => commonName(certificate.subject) === name);
}

function commonName(name: Name): string {
  return attributeTexts(name, OID.commonName)[0] ?? '';
}

function nameless(what: string): CollateralError {
  return new CollateralError(
    'collateral_malformed',
    `does not say which document it is: its ${what} is none of AMD's`,
  );
}
