import type { SnpProduct, SnpReport, TcbVersion } from '../../evidence/amd/evidence.ts';

/** What tells one product line's certificates and reports from another's, as genuine ones have it. */
export type ProductTraits = {
  readonly arkSerial: number;
  readonly askSerial: number;
  readonly asvkSerial: number;
  readonly arkFrom: string;
  /** productName of a VCEK; a VLEK's is the plain line. */
  readonly vcekProductName: string;
  readonly structVersion: number;
  readonly hwidBytes: number;
  readonly reportVersion: number;
  readonly cpu: SnpReport['cpu'];
  readonly tcb: TcbVersion;
  readonly firmware: SnpReport['currentVersion'];
  readonly platformInfo: bigint;
};

/** SMT, ECC memory and ALIAS_CHECK_COMPLETE. */
const PLATFORM_INFO = 0x25n;

export const PRODUCTS: Readonly<Record<SnpProduct, ProductTraits>> = {
  Milan: {
    arkSerial: 0x10000,
    askSerial: 0x10001,
    asvkSerial: 0x10101,
    arkFrom: '2020-10-22T17:23:05Z',
    vcekProductName: 'Milan-B0',
    structVersion: 0,
    hwidBytes: 64,
    reportVersion: 3,
    cpu: { family: 0x19, model: 0x01, stepping: 1 },
    tcb: { fmc: null, bootLoader: 4, tee: 0, snp: 0x18, microcode: 0xdb },
    firmware: { major: 1, minor: 55, build: 29 },
    platformInfo: PLATFORM_INFO,
  },
  Genoa: {
    arkSerial: 0x20000,
    askSerial: 0x20002,
    asvkSerial: 0x20102,
    arkFrom: '2022-01-26T15:34:37Z',
    vcekProductName: 'Genoa',
    structVersion: 0,
    hwidBytes: 64,
    reportVersion: 3,
    cpu: { family: 0x19, model: 0x11, stepping: 1 },
    tcb: { fmc: null, bootLoader: 10, tee: 0, snp: 0x17, microcode: 0x54 },
    firmware: { major: 1, minor: 55, build: 40 },
    platformInfo: PLATFORM_INFO,
  },
  Turin: {
    arkSerial: 0x30000,
    askSerial: 0x30001,
    asvkSerial: 0x30101,
    arkFrom: '2023-05-15T20:03:12Z',
    vcekProductName: 'Turin',
    structVersion: 1,
    hwidBytes: 8,
    reportVersion: 5,
    cpu: { family: 0x1a, model: 0x02, stepping: 1 },
    tcb: { fmc: 1, bootLoader: 1, tee: 1, snp: 4, microcode: 0x51 },
    firmware: { major: 1, minor: 55, build: 65 },
    // Genuine Turin reports have bit 6 too.
    platformInfo: PLATFORM_INFO | 0x40n,
  },
};
