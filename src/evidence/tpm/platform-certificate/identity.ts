import { DerReader } from '../../../bytes/der.ts';
import { attributeTexts } from '../../../pki/index.ts';
import type { AttributeCertificate } from './attribute-certificate.ts';

/** The machine that a platform certificate speaks of (TCG Platform Certificate Profile 1.1, 3.2.7). */
export type PlatformIdentity = {
  readonly manufacturer: string;
  readonly model: string;
  readonly version: string | null;
  readonly serial: string;
};

const PLATFORM_MANUFACTURER_STR = '2.23.133.5.1.1';
const PLATFORM_MODEL = '2.23.133.5.1.4';
const PLATFORM_VERSION = '2.23.133.5.1.5';
const PLATFORM_SERIAL = '2.23.133.5.1.6';
const CREDENTIAL_TYPE = '2.23.133.2.25';
/** tcg-kp-PlatformAttributeCertificate; 2.23.133.8.5 is that of a delta, whose holder is another platform certificate. */
const BASE_PLATFORM = '2.23.133.8.2';

/** As licences and the register have serial numbers and models: protocol/device.ts. */
const STAMPED = /^[!-~](?:[ -~]{0,126}[!-~])?$/;

/** Null where manufacturer, model or serial number is missing, stands twice, or could not be on a register. */
export function platformIdentity({ extensions }: AttributeCertificate): PlatformIdentity | null {
  const names = (extensions.subjectAltName?.value ?? []).flatMap((name) =>
    name.form === 'directoryName' ? [name.value] : [],
  );
  const all = (type: string): string[] => names.flatMap((name) => attributeTexts(name, type));
  const only = (type: string): string | undefined => {
    const texts = all(type);
    return texts.length === 1 && STAMPED.test(texts[0] ?? '') ? texts[0] : undefined;
  };
  const [manufacturer, model, serial] = [
    only(PLATFORM_MANUFACTURER_STR),
    only(PLATFORM_MODEL),
    only(PLATFORM_SERIAL),
  ];
  if (manufacturer === undefined || model === undefined || serial === undefined) return null;
  return { manufacturer, model, serial, version: all(PLATFORM_VERSION)[0] ?? null };
}

/**
 * Whether it is a base platform certificate: a delta is about another certificate. Before version 1.1 of the profile none says.
 * @throws FormatError for an attribute that is malformed
 */
export function isBasePlatform({ attributes }: AttributeCertificate): boolean {
  return (attributes.get(CREDENTIAL_TYPE) ?? []).every((value) => {
    // TCGCredentialType ::= SEQUENCE { certificateType OBJECT IDENTIFIER }
    const type = DerReader.parse(value, 'TCGCredentialType', (reader) =>
      reader.sequence('credentialType', 64, (inner) => inner.oid('certificateType')),
    );
    return type === BASE_PLATFORM;
  });
}
