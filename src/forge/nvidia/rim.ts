import { createHash } from 'node:crypto';
import { toHex } from '../../bytes/text.ts';
import { type NvidiaGeneration, type RimComponent, rimNeeds } from '../../evidence/nvidia/index.ts';
import { readClaims } from '../../evidence/nvidia/versions.ts';
import { type NvidiaFirmware, opaqueOf } from './firmware.ts';
import { GENERATIONS, goodMeasurement } from './generation.ts';
import type { ForgedNvidiaGpu } from './gpu.ts';
import type { NvidiaPki } from './pki.ts';
import { signEnveloped } from './xml-signature.ts';

/** A reference integrity manifest to be signed. */
export type RimFields = {
  readonly generation: NvidiaGeneration;
  /** `GH100` */
  readonly product: string;
  /** Of driver or VBIOS, as reports write it. */
  readonly colloquialVersion: string;
  /** By index, what is stated; any of the values will do. */
  readonly active: ReadonlyMap<number, readonly Uint8Array[]>;
  /** Whole elements of the payload, instead of these. */
  readonly payload?: string;
  /** Last change to the document before it is signed. */
  readonly patch?: (document: string) => string;
  /** Last change to the signed document. */
  readonly tamper?: (document: string) => string;
};

export type ForgedRim = { readonly id: string; readonly xml: Uint8Array };

const SWID = 'http://standards.iso.org/iso/19770/-2/2015/schema.xsd';
const SHA384 = 'http://www.w3.org/2001/04/xmlenc#sha384';
const RIM =
  'https://trustedcomputinggroup.org/resource/tcg-reference-integrity-manifest-rim-information-model/';
const ZEROS = '0'.repeat(96);

/** A manifest in the layout of NVIDIA's, signed by the signer of that generation. */
export function forgeRim(pki: NvidiaPki, fields: RimFields): Uint8Array {
  const { patch = same, tamper = same } = fields;
  const document = patch(writeDocument(fields));
  const chain = [...pki.rimChain(fields.generation), pki.rimRoot];
  return Buffer.from(tamper(signEnveloped(document, chain)));
}

/** The manifests that a device needs, for the measurements of good firmware, by their ids. */
export function forgeRimsOf(
  { generation, firmware, pki, kind }: Pick<ForgedNvidiaGpu, 'generation' | 'firmware' | 'pki' | 'kind'>,
  change: (component: RimComponent, fields: RimFields) => RimFields = (_, fields) => fields,
): ForgedRim[] {
  const { chip } = GENERATIONS[generation];
  const claims = readClaims(opaqueOf(generation, firmware), kind);
  return rimNeeds({ generation, kind, chip }, claims).flatMap(({ component, rimId, version }) => {
    if (rimId === null || version === null) return [];
    const fields = change(component, goodRim(generation, component, version, firmware));
    return [{ id: rimId, xml: forgeRim(pki, fields) }];
  });
}

/** What {@link goodMeasurement} measures, at the indices of that component. */
export function goodRim(
  generation: NvidiaGeneration,
  component: RimComponent,
  colloquialVersion: string,
  firmware: Pick<NvidiaFirmware, 'chipInfo'>,
): RimFields {
  const { chip, driverIndices, vbiosIndices } = GENERATIONS[generation];
  const indices = component === 'driver' ? driverIndices : vbiosIndices;
  const active = new Map(indices.map((index) => [index, [goodMeasurement(generation, index)]] as const));
  const product = component === 'driver' ? (firmware.chipInfo ?? chip) : chip;
  return { generation, product, colloquialVersion, active };
}

function writeDocument({ generation, product, colloquialVersion, active, payload }: RimFields): string {
  const { blocks, edition } = GENERATIONS[generation];
  const resources = Array.from({ length: blocks }, (_, index) => writeResource(index, active.get(index)));
  const beyond = [...active].filter(([index]) => index >= blocks);
  const all = [...resources, ...beyond.map(([index, values]) => writeResource(index, values))];
  const tagId = createHash('sha384').update(`${product} ${colloquialVersion}`).digest('hex');
  return (
    `<SoftwareIdentity xmlns="${SWID}" xmlns:ns0="${SWID}" xmlns:ns2="${SHA384}" corpus="false" name="${product}"` +
    ` patch="false" supplemental="false" tagId="${tagId}" version="1.0" tagVersion="0">\n` +
    `    <ns0:Entity name="NVIDIA Corporation" role="softwareCreator tagCreator"/>\n` +
    `    <ns0:Meta xmlns:ns1="${RIM}" colloquialVersion="${colloquialVersion}" edition="${edition}"` +
    ` product="${product}" revision="r1" PayloadType="direct" ns1:BindingSpec="RIMIM" ns1:BindingSpecVersion="1.01"` +
    ` ns1:PlatformManufacturerId="5703" ns1:PlatformManufacturerStr="NVIDIA Corporation" ns1:PlatformModel="${product}"` +
    ` ns1:FirmwareManufacturer="NVIDIA Corporation" ns1:FirmwareManufacturerId="5703"/>\n` +
    `    <ns0:Payload xmlns:SHA384="${SHA384}">${payload ?? `\n${all.join('')}    `}</ns0:Payload>\n` +
    `</SoftwareIdentity>`
  );
}

/** Without values: there, and not active. */
function writeResource(index: number, values: readonly Uint8Array[] | undefined): string {
  const texts = values?.map(toHex) ?? [ZEROS];
  const hashes = texts.map((value, number) => `ns2:Hash${number}="${value}"`).join(' ');
  return (
    `        <ns0:Resource type="Measurement" index="${index}" active="${values === undefined ? 'False' : 'True'}"` +
    ` alternatives="${texts.length}" ${hashes} name="Measurement_${index}" size="48"/>\n`
  );
}

function same(document: string): string {
  return document;
}
