import { hash } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { toBase64Url, toHex, toUtf8 } from '../../bytes/text.ts';

/** Writes HCL reports; the layout stands at evidence/azure/hcl-report.ts. It writes what it is told, the malformed too. */
export type HclReportParts = {
  readonly version?: number;
  readonly reportType: 'snp' | 'tdx';
  /** ATTESTATION_REPORT or TDREPORT_STRUCT. */
  readonly hardwareReport: Uint8Array;
  readonly hash?: HclHash;
  /** The claims as JSON text. */
  readonly claims: Uint8Array;
  /** Default: what the NV index has. */
  readonly totalBytes?: number;
};

export type HclHash = 'sha256' | 'sha384' | 'sha512';

const HASH_TYPES = { sha256: 1, sha384: 2, sha512: 3 } as const;
const REPORT_TYPES = { snp: 2, tdx: 4 } as const;
const NV_INDEX_BYTES = 2600;
const HARDWARE_REPORT_BYTES = 1184;

export function marshalHclReport(parts: HclReportParts): Uint8Array {
  const { version = 2, reportType, hardwareReport, hash: algorithm = 'sha256', claims } = parts;
  const measured = 32 + HARDWARE_REPORT_BYTES + 20 + claims.length;
  const whole = concatBytes([
    toUtf8('HCLA', 'signature'),
    u32(version),
    u32(measured),
    u32(2),
    new Uint8Array(16),
    hardwareReport,
    new Uint8Array(HARDWARE_REPORT_BYTES - hardwareReport.length),
    u32(20 + claims.length),
    u32(1),
    u32(REPORT_TYPES[reportType]),
    u32(HASH_TYPES[algorithm]),
    u32(claims.length),
    claims,
  ]);
  const total = Math.max(whole.length, parts.totalBytes ?? NV_INDEX_BYTES);
  return concatBytes([whole, new Uint8Array(total - whole.length)]);
}

/** report_data as the paravisor asks for it: the hash of the claims, and zeros. */
export function reportDataFor(claims: Uint8Array, algorithm: HclHash = 'sha256'): Uint8Array {
  const reportData = new Uint8Array(64);
  reportData.set(hash(algorithm, claims, 'buffer'));
  return reportData;
}

export type ClaimedKey = { readonly modulus: Uint8Array; readonly exponent: Uint8Array };

export type Claims = {
  readonly ak: ClaimedKey;
  /** Null: not claimed. */
  readonly ek: ClaimedKey | null;
  readonly vmUniqueId: string;
  readonly secureBoot?: boolean;
  /** 64 bytes; zeros unless given. */
  readonly userData?: Uint8Array;
};

/** The claims as paravisors write them. */
export function marshalClaims({ ak, ek, vmUniqueId, secureBoot = true, userData }: Claims): Uint8Array {
  const jwk = (kid: string, operation: string, { modulus, exponent }: ClaimedKey): object => ({
    kid,
    key_ops: [operation],
    kty: 'RSA',
    e: toBase64Url(exponent),
    n: toBase64Url(modulus),
  });
  const claims = {
    keys: [jwk('HCLAkPub', 'sign', ak), ...(ek === null ? [] : [jwk('HCLEkPub', 'encrypt', ek)])],
    'vm-configuration': {
      'console-enabled': true,
      'root-cert-thumbprint': '',
      'secure-boot': secureBoot,
      'tpm-enabled': true,
      'tpm-persisted': true,
      vmUniqueId,
    },
    'user-data': toHex(userData ?? new Uint8Array(64)).toUpperCase(),
  };
  return toUtf8(JSON.stringify(claims), 'claims');
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
