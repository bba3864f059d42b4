import { FormatError } from '../../../bytes/errors.ts';
import { isJsonObject, type JsonValue } from '../../../bytes/json.ts';
import type { NvidiaKind } from '../generation.ts';
import type { Claims } from './token.ts';

/** What every token of the service says, by the names of RFC 7519 and RFC 9711. */
export type CommonClaims = {
  readonly iss: string;
  /** Lower-case hexadecimal. */
  readonly eatNonce: string;
  readonly issuedAt: Date;
  readonly notBefore: Date;
  readonly expiresAt: Date;
};

export type OverallClaims = CommonClaims & {
  readonly result: boolean;
  /** By submodule: SHA-256 of its token's text, lower-case hexadecimal. */
  readonly submodules: ReadonlyMap<string, string>;
};

/** What the service says of one device. */
export type DeviceClaims = CommonClaims & {
  readonly kind: NvidiaKind;
  /** The leaf's serial number, decimal. */
  readonly ueid: string;
  readonly model: string;
  readonly driverVersion: string | null;
  /** A switch's BIOS. */
  readonly vbiosVersion: string | null;
  readonly measurements: string;
  /** Null where the service could not tell. */
  readonly secureBoot: boolean | null;
  readonly debugStatus: string | null;
  readonly warning: string | null;
  /** Questions about the report and about each manifest, by claim, and whether the answer is the good one. */
  readonly report: ReadonlyMap<string, boolean>;
  readonly manifests: ReadonlyMap<string, boolean>;
};

const VERSION = '3.0';
const OEM_NVIDIA = '5703';
const MAX_SECONDS = 253_402_300_799;
const HEX_32 = /^[0-9a-f]{64}$/;

/** @throws FormatError */
export function readOverallClaims(claims: Claims): OverallClaims {
  const path = 'nras.overall';
  expectText(claims, 'x-nvidia-ver', VERSION, path);
  const result = claims['x-nvidia-overall-att-result'];
  if (typeof result !== 'boolean') throw bad(path, 'x-nvidia-overall-att-result');
  return { ...readCommon(claims, path), result, submodules: readSubmodules(claims['submods'], path) };
}

/** RFC 9711, 4.2.18.2: `["DIGEST", ["SHA-256", <digest>]]` of each detached submodule. */
function readSubmodules(value: JsonValue | undefined, path: string): ReadonlyMap<string, string> {
  if (!isJsonObject(value)) throw bad(path, 'submods');
  return new Map(
    Object.entries(value).map(([name, entry]) => {
      const [label, digest, ...more] = Array.isArray(entry) ? entry : [];
      const [algorithm, text, ...rest] = Array.isArray(digest) ? digest : [];
      const isDigest = label === 'DIGEST' && algorithm === 'SHA-256' && more.length + rest.length === 0;
      if (!isDigest || typeof text !== 'string' || !HEX_32.test(text.toLowerCase())) {
        throw bad(path, `submods.${name.slice(0, 64)}`);
      }
      return [name, text.toLowerCase()];
    }),
  );
}

/** @throws FormatError */
export function readDeviceClaims(claims: Claims, path: string): DeviceClaims {
  const kind: NvidiaKind = Object.keys(claims).some((name) => name.startsWith('x-nvidia-switch-'))
    ? 'switch'
    : 'gpu';
  expectText(claims, 'oemid', OEM_NVIDIA, path);
  const ueid = text(claims, 'ueid', path);
  if (!/^(?:0|[1-9]\d{0,63})$/.test(ueid)) throw bad(path, 'ueid');
  const secureBoot = claims['secboot'] ?? null;
  if (secureBoot !== null && typeof secureBoot !== 'boolean') throw bad(path, 'secboot');
  const prefix = `x-nvidia-${kind}`;
  return {
    ...readCommon(claims, path),
    kind,
    ueid,
    model: text(claims, 'hwmodel', path),
    driverVersion: kind === 'switch' ? null : text(claims, `${prefix}-driver-version`, path),
    vbiosVersion: text(
      claims,
      kind === 'switch' ? `${prefix}-bios-version` : `${prefix}-vbios-version`,
      path,
    ),
    measurements: text(claims, 'measres', path),
    secureBoot,
    debugStatus: optionalText(claims, 'dbgstat', path),
    warning: optionalText(claims, 'x-nvidia-attestation-warning', path),
    report: readReport(claims, prefix, path),
    manifests: readManifests(claims, kind, path),
  };
}

function readReport(claims: Claims, prefix: string, path: string): ReadonlyMap<string, boolean> {
  const report = `${prefix}-attestation-report`;
  const names = ['parsed', 'nonce-match', 'signature-verified', 'cert-chain-fwid-match'];
  return new Map([
    ...[`${prefix}-arch-check`, ...names.map((name) => `${report}-${name}`)].map(
      (name) => [name, flag(claims, name, path)] as const,
    ),
    ...chain(claims, `${report}-cert-chain`, path),
  ]);
}

/** A GPU has manifests of driver and VBIOS, a switch one of its BIOS. */
function readManifests(claims: Claims, kind: NvidiaKind, path: string): ReadonlyMap<string, boolean> {
  const components = kind === 'switch' ? ['bios'] : ['driver', 'vbios'];
  const questions = ['fetched', 'schema-validated', 'signature-verified', 'version-match'];
  const answers = components.flatMap((component) => {
    const rim = `x-nvidia-${kind}-${component}-rim`;
    return [
      ...[...questions, 'measurements-available'].map(
        (name) => [`${rim}-${name}`, flag(claims, `${rim}-${name}`, path)] as const,
      ),
      ...chain(claims, `${rim}-cert-chain`, path),
    ];
  });
  const conflict = 'x-nvidia-gpu-vbios-index-no-conflict';
  return new Map(kind === 'switch' ? answers : [...answers, [conflict, flag(claims, conflict, path)]]);
}

function chain(claims: Claims, name: string, path: string): (readonly [string, boolean])[] {
  const value = claims[name];
  if (!isJsonObject(value)) throw bad(path, name);
  const [status, ocsp] = ['x-nvidia-cert-status', 'x-nvidia-cert-ocsp-status'];
  return [
    [`${name}.${status}`, text(value, status, `${path}.${name}`) === 'valid'],
    [`${name}.${ocsp}`, text(value, ocsp, `${path}.${name}`) === 'good'],
  ];
}

function readCommon(claims: Claims, path: string): CommonClaims {
  const eatNonce = text(claims, 'eat_nonce', path).toLowerCase();
  if (!HEX_32.test(eatNonce)) throw bad(path, 'eat_nonce');
  return {
    iss: text(claims, 'iss', path),
    eatNonce,
    issuedAt: instant(claims, 'iat', path),
    notBefore: instant(claims, 'nbf', path),
    expiresAt: instant(claims, 'exp', path),
  };
}

function instant(claims: Claims, name: string, path: string): Date {
  const seconds = claims[name];
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_SECONDS) {
    return new Date(seconds * 1000);
  }
  throw bad(path, name);
}

function flag(claims: Claims, name: string, path: string): boolean {
  const value = claims[name];
  if (typeof value === 'boolean') return value;
  throw bad(path, name);
}

function text(claims: Claims, name: string, path: string): string {
  const value = claims[name];
  if (typeof value === 'string' && value.length > 0 && value.length <= 512) return value;
  throw bad(path, name);
}

function optionalText(claims: Claims, name: string, path: string): string | null {
  const value = claims[name] ?? null;
  return value === null || value === '' ? null : text(claims, name, path);
}

function expectText(claims: Claims, name: string, expected: string, path: string): void {
  const actual = claims[name];
  if (actual === expected) return;
  throw new FormatError('unsupported', `${path}.${name} is not ${expected}`, {
    path: `${path}.${name}`,
    expected,
    actual: String(actual).slice(0, 64),
  });
}

function bad(path: string, name: string): FormatError {
  return new FormatError('bad_value', `${path}.${name} is absent or no such claim`, {
    path: `${path}.${name}`,
  });
}
