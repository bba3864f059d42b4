import { createHash } from 'node:crypto';
import type { NvidiaGeneration } from '../../evidence/nvidia/index.ts';

/** What differs between the generations, read off genuine evidence. */
export type GenerationTraits = {
  readonly chip: string;
  /** Of the chip's own certificate: its first word is the chip. */
  readonly chipModel: string;
  readonly leafModel: string;
  readonly provisioner: string;
  /** LS10's provisioner stands below Hopper's authority. */
  readonly identity: string;
  readonly identityCrl: string;
  /** Of every certificate whose date the boot ROM writes. */
  readonly bromFrom: string;
  /** Whether the chip's certificate names the OCSP responder. */
  readonly chipNamesOcsp: boolean;
  readonly edition: 'GPU' | 'SWITCH';
  readonly blocks: number;
  /** Indices of measurements that are zeros in genuine reports. */
  readonly zeros: readonly number[];
  /** Indices for which the driver's manifest states values, and the VBIOS's. */
  readonly driverIndices: readonly number[];
  readonly vbiosIndices: readonly number[];
};

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** As driver 550.144.03 and VBIOS 96.00.5E.00.01 have them. Blackwell's manifests are not published: taken to be the same. */
const GPU_INDICES = {
  driverIndices: [7, ...range(21, 40)],
  vbiosIndices: [...range(0, 6), ...range(8, 12)],
} as const;

export const GENERATIONS: Readonly<Record<NvidiaGeneration, GenerationTraits>> = {
  hopper: {
    chip: 'GH100',
    chipModel: 'GH100 A01 GSP BROM',
    leafModel: 'GH100 A01 GSP FMC LF',
    provisioner: 'NVIDIA GH100 Provisioner ICA 1',
    identity: 'NVIDIA GH100 Identity',
    identityCrl: 'l2-gh100.crl',
    bromFrom: '2020-10-17T00:00:00Z',
    chipNamesOcsp: false,
    edition: 'GPU',
    blocks: 64,
    zeros: [0, 8, 10, ...range(12, 20), 23, 24, 28, ...range(42, 63)],
    ...GPU_INDICES,
  },
  blackwell: {
    chip: 'GB100',
    chipModel: 'GB100 A01 GSP BROM',
    leafModel: 'GB100 A01 GSP FMC LF',
    provisioner: 'NVIDIA GB100 Provisioner ICA 00000',
    identity: 'NVIDIA GB100 Identity',
    identityCrl: 'l2-gb100.crl',
    bromFrom: '2023-06-20T00:00:00Z',
    chipNamesOcsp: true,
    edition: 'GPU',
    blocks: 64,
    zeros: [0, 1, 5, 7, 9, 10, 16, 23, 24, 28, 34, ...range(42, 63)],
    ...GPU_INDICES,
  },
  ls10: {
    chip: 'LS10',
    chipModel: 'LS_10 A01 FSP BROM',
    leafModel: 'LS_10 A01 FSP FMC LF',
    provisioner: 'NVIDIA LS_10 Provisioner ICA 1',
    identity: 'NVIDIA GH100 Identity',
    identityCrl: 'l2-gh100.crl',
    bromFrom: '2020-10-17T00:00:00Z',
    chipNamesOcsp: false,
    edition: 'SWITCH',
    blocks: 31,
    zeros: [5, 7, 12, 13, ...range(15, 17)],
    driverIndices: [],
    vbiosIndices: range(0, 30),
  },
};

/** What good firmware of that generation measures at that index: 48 bytes. */
export function goodMeasurement(generation: NvidiaGeneration, index: number): Uint8Array {
  const { chip, zeros } = GENERATIONS[generation];
  if (zeros.includes(index)) return new Uint8Array(48);
  return new Uint8Array(createHash('sha384').update(`forged ${chip} measurement ${index}`).digest());
}
