import { FormatError } from '../../../bytes/errors.ts';
import {
  attributeTexts,
  type Certificate,
  type Departure,
  isContentInfo,
  nameText,
  OID,
  parseCertificate,
  parseCertsOnly,
  parsePem,
} from '../../../pki/index.ts';

/** A file of a bundle: its path as a person would name it, and its bytes. */
export type BundleFile = { readonly path: string; readonly bytes: Uint8Array };

/** A certification authority that a bundle holds. Nobody vouches for it: whoever approves it does. */
export type EkAuthority = {
  readonly certificate: Certificate;
  /** The organisation that the subject names, or the folder that it lay in. */
  readonly maker: string;
  readonly name: string;
  readonly path: string;
};

export type EkAuthorities = {
  readonly authorities: readonly EkAuthority[];
  /** The same certificate again. */
  readonly duplicates: readonly { readonly path: string; readonly sha256: string; readonly first: string }[];
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
};

/**
 * Reads a bundle of manufacturers' authorities: certificates in PEM or DER, and .p7b in either form. A folder is laid out as
 * Microsoft's TrustedTpm.cab unpacks: MAKER/RootCA/…, MAKER/IntermediateCA/….
 *
 * @remarks Throws nothing for what the files hold: each that cannot be read is named with its reason, and the others count.
 */
export function readEkAuthorities(files: readonly BundleFile[]): EkAuthorities {
  const authorities: EkAuthority[] = [];
  const duplicates: { path: string; sha256: string; first: string }[] = [];
  const unread: { path: string; reason: string }[] = [];
  const seen = new Map<string, string>();
  for (const { path, bytes } of files) {
    const ders = attempt(() => certificatesOf(bytes));
    if (typeof ders === 'string') unread.push({ path, reason: ders });
    else
      for (const [index, der] of ders.entries()) {
        const where = ders.length === 1 ? path : `${path}#${index + 1}`;
        const read = attempt(() => readAuthority(der, where));
        if (typeof read === 'string') {
          unread.push({ path: where, reason: read });
          continue;
        }
        const { sha256 } = read.certificate;
        const first = seen.get(sha256);
        if (first !== undefined) duplicates.push({ path: where, sha256, first });
        else authorities.push(read);
        seen.set(sha256, first ?? where);
      }
  }
  return { authorities, duplicates, unread };
}

/** What `read` answers, or why it could not. */
function attempt<T extends object>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const SEQUENCE = 0x30;

function certificatesOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] === SEQUENCE) return isContentInfo(bytes) ? parseCertsOnly(bytes) : [bytes];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const label = /-----BEGIN (PKCS7|CMS)-----/.exec(text)?.[1];
  return label === undefined ? parsePem(text) : parsePem(text, label).flatMap((der) => parseCertsOnly(der));
}

const ORGANIZATION_NAME = '2.5.4.10';

function readAuthority(der: Uint8Array, path: string): EkAuthority {
  const certificate = parseCertificate(der);
  const isAuthority = certificate.extensions.basicConstraints?.value.cA === true || certificate.version === 1;
  if (!isAuthority) throw new FormatError('bad_value', 'is no certification authority’s', { path });
  const maker = attributeTexts(certificate.subject, ORGANIZATION_NAME)[0] ?? folderOf(path);
  demandKnownDepartures(certificate, maker, path);
  const name = attributeTexts(certificate.subject, OID.commonName)[0] ?? nameText(certificate.subject);
  return { certificate, maker, name, path };
}

function folderOf(path: string): string {
  const [folder, ...rest] = path.split('/');
  return rest.length === 0 || folder === undefined || folder === '' ? 'unknown' : folder;
}

/**
 * Whose authorities are known to depart from strict DER, and how: found in their published certificates. What
 * `parseCertificate` tolerates of anybody is proposed here of nobody else; whoever means it proposes the certificate alone.
 */
const KNOWN_DEPARTURES: ReadonlyMap<Departure, RegExp> = new Map([
  ['key_usage_trailing_zeros', /^Infineon Technologies AG$/],
  ['rdn_out_of_order', /^Nuvoton Technology Corporation$/],
  ['generalized_time_early', /^Aliyun$/],
]);

function demandKnownDepartures({ departures }: Certificate, maker: string, path: string): void {
  for (const departure of departures) {
    if (KNOWN_DEPARTURES.get(departure)?.test(maker) === true) continue;
    throw new FormatError(
      'not_canonical',
      `is not strict DER (${departure}), which is not known of ${maker}`,
      {
        path,
      },
    );
  }
}
