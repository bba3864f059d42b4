import { DerReader } from '../../../bytes/der.ts';
import { contextConstructed, TAG } from '../../../bytes/der-tag.ts';
import type { Certificate } from '../../../pki/index.ts';
import type { GceInstanceInfo } from './attestation.ts';

/** What Google's certificates of attestation keys say of the virtual machine that holds the key. */
export type GceInstance = GceInstanceInfo & {
  /** Google's own word that this is no test system of Google's; null where the certificate is older than the field. */
  readonly isProduction: boolean | null;
};

/** cloudComputeInstanceIdentifier, below Google's arc. */
export const INSTANCE_IDENTIFIER = '1.3.6.1.4.1.11129.2.1.21';

const MAX_EXTENSION = 4096;
/** RFC 1035 names have 63; projects of domains more. */
const MAX_TEXT = 255;
const MAX_NUMBER = 8;
/** Security properties that are known go up to 5. */
const MAX_PROPERTIES = 16;

/**
 * The instance that a certificate names; null where it names none.
 *
 * CloudComputeInstanceIdentifier ::= SEQUENCE { zone UTF8String, projectNumber INTEGER, projectId UTF8String,
 * instanceId INTEGER, instanceName UTF8String, securityProperties [0] EXPLICIT SEQUENCE { securityVersion [0] INTEGER,
 * isProduction [1] BOOLEAN, … } OPTIONAL }; properties after the second are not read.
 *
 * @throws FormatError where the extension is malformed
 */
export function gceInstance({ extensions }: Certificate): GceInstance | null {
  const extension = extensions.others.get(INSTANCE_IDENTIFIER);
  if (extension === undefined) return null;
  return DerReader.parse(extension.value, 'cloudComputeInstanceIdentifier', (outer) =>
    outer.sequence('instance', MAX_EXTENSION, (reader) => {
      const zone = reader.string('zone', MAX_TEXT, TAG.utf8String);
      const projectNumber = number(reader, 'projectNumber');
      const projectId = reader.string('projectId', MAX_TEXT, TAG.utf8String);
      const instanceId = number(reader, 'instanceId');
      const instanceName = reader.string('instanceName', MAX_TEXT, TAG.utf8String);
      const isProduction = reader.has(contextConstructed(0)) ? readProduction(reader) : null;
      return { zone, projectId, projectNumber, instanceName, instanceId, isProduction };
    }),
  );
}

function number(reader: DerReader, field: string): bigint {
  return Buffer.from(reader.unsignedInteger(field, MAX_NUMBER)).reduce(
    (sum, octet) => sum * 256n + BigInt(octet),
    0n,
  );
}

function readProduction(reader: DerReader): boolean | null {
  return reader.nested(contextConstructed(0), 'securityProperties', MAX_EXTENSION, (explicit) =>
    explicit.sequence('securityProperties', MAX_EXTENSION, (properties) => {
      if (properties.has(contextConstructed(0))) properties.skip('securityVersion', MAX_TEXT);
      const isProduction = properties.has(contextConstructed(1))
        ? properties.nested(contextConstructed(1), 'isProduction', MAX_TEXT, (inner) =>
            inner.boolean('value'),
          )
        : null;
      for (let more = 0; more < MAX_PROPERTIES && !properties.atEnd; more++)
        properties.skip('more', MAX_TEXT);
      return isProduction;
    }),
  );
}

/** Whether both are about one instance. */
export function sameInstance(a: GceInstanceInfo, b: GceInstanceInfo): boolean {
  return instanceText(a) === instanceText(b);
}

/** As Google's API paths spell it, with both numbers: a name is given again once its instance is gone. */
export function instanceText(instance: GceInstanceInfo): string {
  const { projectId, projectNumber, zone, instanceName, instanceId } = instance;
  return `projects/${projectId} (${projectNumber})/zones/${zone}/instances/${instanceName} (${instanceId})`;
}

/** For JSON, whose readers round such numbers: decimal digits. */
export type ShownInstance = Omit<GceInstance, 'projectNumber' | 'instanceId'> & {
  readonly projectNumber: string;
  readonly instanceId: string;
};

export function showInstance(instance: GceInstance): ShownInstance {
  return { ...instance, projectNumber: `${instance.projectNumber}`, instanceId: `${instance.instanceId}` };
}
