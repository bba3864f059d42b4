import { DerReader } from '../../../bytes/der.ts';
import { contextConstructed, TAG } from '../../../bytes/der-tag.ts';
import type { Certificate } from '../../../pki/index.ts';

/** RFC 4108, 5: the hardware that holds the key. */
export type HardwareModuleName = { readonly hwType: string; readonly hwSerialNum: Uint8Array };

/** RFC 4043: a name that its assigner gives to nobody else. */
export type PermanentIdentifier = {
  readonly identifierValue: string | null;
  readonly assigner: string | null;
};

const HARDWARE_MODULE_NAME = '1.3.6.1.5.5.7.8.4';
const PERMANENT_IDENTIFIER = '1.3.6.1.5.5.7.8.3';
const MAX_OCTETS = 1024;

export type DeviceNames = {
  readonly modules: readonly HardwareModuleName[];
  readonly identifiers: readonly PermanentIdentifier[];
};

/** The other names of a subject alternative name that this room reads; the rest is passed over. @throws FormatError */
export function deviceNames({ extensions }: Certificate): DeviceNames {
  const modules: HardwareModuleName[] = [];
  const identifiers: PermanentIdentifier[] = [];
  for (const name of extensions.subjectAltName?.value ?? []) {
    if (name.form !== 'otherName') continue;
    DerReader.parse(name.value, 'otherName', (reader) => {
      const type = reader.oid('typeId');
      if (type === HARDWARE_MODULE_NAME) modules.push(explicit(reader, readModule));
      else if (type === PERMANENT_IDENTIFIER) identifiers.push(explicit(reader, readIdentifier));
      else reader.skip('value', MAX_OCTETS);
    });
  }
  return { modules, identifiers };
}

function explicit<T>(reader: DerReader, read: (inner: DerReader) => T): T {
  return reader.nested(contextConstructed(0), 'value', MAX_OCTETS, (value) =>
    value.sequence('name', MAX_OCTETS, read),
  );
}

/** HardwareModuleName ::= SEQUENCE { hwType OBJECT IDENTIFIER, hwSerialNum OCTET STRING } */
function readModule(reader: DerReader): HardwareModuleName {
  return { hwType: reader.oid('hwType'), hwSerialNum: reader.octetString('hwSerialNum', MAX_OCTETS) };
}

/** PermanentIdentifier ::= SEQUENCE { identifierValue UTF8String OPTIONAL, assigner OBJECT IDENTIFIER OPTIONAL } */
function readIdentifier(reader: DerReader): PermanentIdentifier {
  const identifierValue = reader.has(TAG.utf8String)
    ? reader.string('identifierValue', MAX_OCTETS, TAG.utf8String)
    : null;
  return { identifierValue, assigner: reader.atEnd ? null : reader.oid('assigner') };
}
