import { hash, randomBytes } from 'node:crypto';
import { formatPem } from '../../bytes/pem.ts';
import { toHex } from '../../bytes/text.ts';
import type { NvidiaGeneration, NvidiaKind } from '../../evidence/nvidia/index.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateChange,
  type Issued,
  keyUsage,
  ocspAccess,
  subjectKeyIdentifier,
  USAGE,
} from './certificate.ts';
import { deviceInfo, fwidExtension } from './dice.ts';
import { FIRMWARE, type NvidiaFirmware, opaqueOf } from './firmware.ts';
import { GENERATIONS, goodMeasurement } from './generation.ts';
import { chipName } from './name.ts';
import { below, FOREVER, forgeNvidiaPki, type NvidiaPki, serialOf } from './pki.ts';
import { marshalReport, signReport } from './report.ts';
import { newKey, type SigningKey } from './signing-key.ts';

export type NvidiaGpuOptions = {
  /** `hopper` unless given; `ls10` is a switch. */
  readonly generation?: NvidiaGeneration;
  /** {@link forgeNvidiaPki} unless given. */
  readonly pki?: NvidiaPki;
  /** What is not as {@link FIRMWARE} of the generation has it. */
  readonly firmware?: Partial<NvidiaFirmware>;
  /** The common name of the chip's certificate, for a chip of some other name. */
  readonly chipModel?: string;
  /** What is to be different in the two certificates that are the device's own. */
  readonly chip?: CertificateChange;
  readonly leaf?: CertificateChange;
  /** What the leaf says of its firmware, instead of what runs: DER extensions. */
  readonly leafFwid?: readonly Uint8Array[];
};

/** What a report is to say instead of what the device would. */
export type NvidiaReportChange = {
  /** By index. */
  readonly measurements?: ReadonlyMap<number, Uint8Array>;
  readonly blocks?: number;
  /** By id; null leaves one out. */
  readonly opaque?: ReadonlyMap<number, Uint8Array | null>;
  /** Last change to the bytes before they are signed. */
  readonly patch?: (report: Uint8Array) => void;
  /** Signs in the leaf's place. */
  readonly signer?: SigningKey;
};

/** A GPU or switch that exists nowhere: it reports whatever it is told to. */
export type ForgedNvidiaGpu = {
  readonly generation: NvidiaGeneration;
  readonly kind: NvidiaKind;
  readonly pki: NvidiaPki;
  readonly firmware: NvidiaFirmware;
  /** Leaf, chip, provisioner, identity, root. */
  readonly chain: readonly [leaf: Issued, chip: Issued, provisioner: Issued, identity: Issued, root: Issued];
  /** The same in DER. */
  readonly certificates: readonly Uint8Array[];
  /** SHA-256 of the chip's SubjectPublicKeyInfo: what the device is known by. */
  readonly identity: string;
  /** @param nonce 32 bytes */
  report(nonce: Uint8Array, change?: NvidiaReportChange): Uint8Array;
  /** As one of `evidences` of what `nvattest collect-evidence` prints. */
  collected(nonce: Uint8Array, change?: NvidiaReportChange): CollectedEntry;
};

export type CollectedEntry = {
  readonly version: string;
  readonly arch: string;
  readonly nonce: string;
  readonly evidence: string;
  readonly certificate: string;
  readonly driver_version: string;
  readonly vbios_version: string;
};

/** Two keys and two signatures: a few milliseconds; the authorities above are made once. */
export function forgeNvidiaGpu(options: NvidiaGpuOptions = {}): ForgedNvidiaGpu {
  const { generation = 'hopper', pki = forgeNvidiaPki() } = options;
  const traits = GENERATIONS[generation];
  const firmware = { ...FIRMWARE[generation], ...options.firmware };
  const provisioner = pki.provisioner(generation);
  const chip = makeChip(generation, provisioner, options);
  const leaf = makeLeaf(generation, chip, firmware, options);
  const chain = [leaf, chip, provisioner, pki.identity(generation), pki.deviceRoot] as const;
  const certificates = chain.map(({ certificate }) => certificate);

  const report: ForgedNvidiaGpu['report'] = (nonce, change = {}) => {
    const { measurements: changed, blocks = traits.blocks } = change;
    const measurements = Array.from(
      { length: blocks },
      (_, index) => changed?.get(index) ?? goodMeasurement(generation, index),
    );
    const said = new Map<number, Uint8Array | null>([
      ...opaqueOf(generation, firmware),
      ...(change.opaque ?? []),
    ]);
    const opaque = new Map([...said].filter(isSaid));
    const bytes = marshalReport({ requestNonce: nonce, measurements, opaque });
    change.patch?.(bytes);
    return signReport(bytes, change.signer ?? leaf.key);
  };
  return {
    generation,
    kind: generation === 'ls10' ? 'switch' : 'gpu',
    pki,
    firmware,
    chain,
    certificates,
    identity: hash('sha256', chip.key.spki, 'hex'),
    report,
    collected: (nonce, change) => ({
      version: '1.0',
      arch: generation.toUpperCase(),
      nonce: toHex(nonce),
      evidence: Buffer.from(report(nonce, change)).toString('base64'),
      certificate: Buffer.from(certificates.map((der) => formatPem('CERTIFICATE', der)).join('')).toString(
        'base64',
      ),
      driver_version: firmware.driver ?? '',
      vbios_version: firmware.vbios ?? '',
    }),
  };
}

function isSaid(field: readonly [number, Uint8Array | null]): field is [number, Uint8Array] {
  return field[1] !== null;
}

/** Certificate 1: made by NVIDIA for this very chip. */
function makeChip(
  generation: NvidiaGeneration,
  above: Issued,
  { chipModel = GENERATIONS[generation].chipModel, chip: change = {} }: NvidiaGpuOptions,
): Issued {
  const { bromFrom, chipNamesOcsp } = GENERATIONS[generation];
  const key = change.key ?? newKey();
  const serial = Uint8Array.of(0x41, ...randomBytes(8));
  return below(above, key, {
    serial,
    subject: chipName(toHex(serial).toUpperCase(), chipModel),
    notBefore: new Date(bromFrom),
    notAfter: FOREVER,
    extensions: [
      basicConstraints(true),
      keyUsage(USAGE.keyCertSign),
      ...(chipNamesOcsp ? [ocspAccess()] : []),
      subjectKeyIdentifier(key),
      authorityKeyIdentifier(above.key),
    ],
    ...change,
  });
}

/** Certificate 0: made by the chip for the firmware that it started. */
function makeLeaf(
  generation: NvidiaGeneration,
  chip: Issued,
  { fwid }: NvidiaFirmware,
  { leaf: change = {}, leafFwid }: NvidiaGpuOptions,
): Issued {
  const { leafModel, bromFrom } = GENERATIONS[generation];
  const key = change.key ?? newKey();
  const serial = serialOf(key);
  const own = fwid === null ? [] : [fwid];
  const spare = generation === 'blackwell' ? [new Uint8Array(48)] : [];
  return below(chip, key, {
    serial,
    subject: chipName(toHex(serial).toUpperCase(), leafModel),
    notBefore: new Date(bromFrom),
    notAfter: FOREVER,
    extensions: [
      keyUsage(USAGE.digitalSignature),
      subjectKeyIdentifier(key),
      authorityKeyIdentifier(chip.key),
      deviceInfo(generation, chip.key),
      ...(leafFwid ?? [fwidExtension(generation, ...own, ...spare)]),
    ],
    ...change,
  });
}
