import { DerReader } from '../../../bytes/der.ts';
import { TAG } from '../../../bytes/der-tag.ts';
import { attributeTexts, type Certificate, OID } from '../../../pki/index.ts';

/** What an EK certificate says about its TPM (TCG EK Credential Profile, 3.1.2 and 3.2.9). */
export type TpmIdentity = {
  /** TPM_PT_MANUFACTURER as text where it is text: `STM`, `IFX`, `INTC`; otherwise its eight hexadecimal digits. */
  readonly manufacturer: string;
  readonly model: string;
  /** Firmware version when it was certified, `id:` and hexadecimal. */
  readonly version: string;
};

const TPM_MANUFACTURER = '2.23.133.2.1';
const TPM_MODEL = '2.23.133.2.2';
const TPM_VERSION = '2.23.133.2.3';
const TPM_SPECIFICATION = '2.23.133.2.16';

const VENDOR_ID = /^id:([0-9A-Fa-f]{8})$/;
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * The identity in the directory name of the subject alternative name; null where one of its three parts is missing,
 * stands twice, or the manufacturer is no vendor ID. It may be critical, and is where the subject is empty.
 */
export function tpmIdentity(certificate: Certificate): TpmIdentity | null {
  const names = (certificate.extensions.subjectAltName?.value ?? []).flatMap((name) =>
    name.form === 'directoryName' ? [name.value] : [],
  );
  const only = (type: string): string | undefined => {
    const texts = names.flatMap((name) => attributeTexts(name, type));
    return texts.length === 1 ? texts[0] : undefined;
  };
  const vendor = VENDOR_ID.exec(only(TPM_MANUFACTURER) ?? '')?.[1];
  const [model, version] = [only(TPM_MODEL), only(TPM_VERSION)];
  if (vendor === undefined || model === undefined || version === undefined) return null;
  return { manufacturer: vendorText(vendor), model, version };
}

/** `53544D20` is "STM " (TCG Vendor ID Registry); some vendors registered a number that is no text. */
function vendorText(hex: string): string {
  const text = Buffer.from(hex, 'hex')
    .toString('latin1')
    .replace(/[\0 ]+$/, '');
  return PRINTABLE.test(text) ? text : hex.toUpperCase();
}

const MAX_ATTRIBUTES = 16;
const MAX_OCTETS = 4096;

/**
 * TPMSpecification.family in the subject directory attributes (profile, 3.1.3 and 3.2.10): "2.0", "1.2"; null where the
 * certificate does not say.
 * @throws FormatError where the extension is malformed
 */
export function tpmFamily(certificate: Certificate): string | null {
  const extension = certificate.extensions.others.get(OID.subjectDirectoryAttributes);
  if (extension === undefined) return null;
  const families = DerReader.parse(extension.value, 'SubjectDirectoryAttributes', (reader) =>
    reader.sequenceOf('attributes', MAX_OCTETS, MAX_ATTRIBUTES, (attributes) =>
      attributes.sequence('attribute', MAX_OCTETS, (attribute) => {
        const type = attribute.oid('type');
        const isSpecification = type === TPM_SPECIFICATION;
        const read = isSpecification ? readFamily : skip;
        const values = attribute.setOf('values', MAX_OCTETS, MAX_ATTRIBUTES, read, () => {});
        return isSpecification ? values : [];
      }),
    ),
  ).flat();
  return families.find((family) => family !== '2.0') ?? families[0] ?? null;
}

/** TPMSpecification ::= SEQUENCE { family UTF8String, level INTEGER, revision INTEGER } */
function readFamily(reader: DerReader): string {
  return reader.sequence('tpmSpecification', 64, (inner) => {
    const family = inner.string('family', 16, TAG.utf8String);
    inner.smallInteger('level', 0xffff);
    inner.smallInteger('revision', 0xffff);
    return family;
  });
}

function skip(reader: DerReader): string {
  reader.any('value', MAX_OCTETS);
  return '';
}
