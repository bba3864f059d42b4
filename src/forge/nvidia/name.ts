import { TAG } from '../../bytes/der-tag.ts';
import { writeObjectIdentifier, writeSequence, writeSetOf, writeText } from '../../bytes/der-writer.ts';

/** What stands as the organisation in every name, so that nobody takes these certificates for NVIDIA's. */
export const ORGANIZATION = 'Sextant demonstration, not NVIDIA';

type Attribute = readonly [oid: string, value: string, tag: number];

const commonName = (value: string): Attribute => ['2.5.4.3', value, TAG.utf8String];
const serialNumber = (value: string): Attribute => ['2.5.4.5', value, TAG.printableString];
const COUNTRY: Attribute = ['2.5.4.6', 'US', TAG.printableString];
const LOCALITY: Attribute = ['2.5.4.7', 'Santa Clara', TAG.utf8String];
const STATE: Attribute = ['2.5.4.8', 'CA', TAG.utf8String];
const OWN_ORGANIZATION: Attribute = ['2.5.4.10', ORGANIZATION, TAG.utf8String];

/** The two uppermost authorities of devices: no country. */
export function deviceAuthorityName(name: string): Uint8Array {
  return writeName(commonName(name), OWN_ORGANIZATION);
}

/** Provisioners, and the CAs of manifests. */
export function authorityName(name: string): Uint8Array {
  return writeName(commonName(name), OWN_ORGANIZATION, COUNTRY);
}

export function rimRootName(name: string): Uint8Array {
  return writeName(COUNTRY, OWN_ORGANIZATION, commonName(name));
}

export function rimSignerName(name: string): Uint8Array {
  return writeName(COUNTRY, STATE, LOCALITY, OWN_ORGANIZATION, commonName(name));
}

/** Chips and their leaves. */
export function chipName(serial: string, name: string): Uint8Array {
  return writeName(serialNumber(serial), COUNTRY, OWN_ORGANIZATION, commonName(name));
}

/** A Name of one attribute a level, as all of NVIDIA's are. */
function writeName(...attributes: readonly Attribute[]): Uint8Array {
  return writeSequence(
    ...attributes.map(([oid, value, tag]) =>
      writeSetOf(writeSequence(writeObjectIdentifier(oid), writeText(tag, value))),
    ),
  );
}
