import { generateKeyPairSync, sign } from 'node:crypto';
import { assess } from '../../../src/appraisal/levels.ts';
import { canonicalJson } from '../../../src/bytes/canonical-json.ts';
import { plainJson } from '../../../src/bytes/plain-json.ts';
import type { LicenceReport, ReportedDevice } from '../../../src/protocol/report.ts';
import { parseGrantKeys } from '../../../src/record/grant/index.ts';
import {
  type Act,
  inclusionProof,
  leafOf,
  makeReceipt,
  rootOf,
  signCheckpoint,
} from '../../../src/record/index.ts';
import type { ReportPolicy } from '../../../src/record/report/index.ts';
import { totalsOf } from '../../../src/record/report/totals.ts';
import { weaknessesOf } from '../../../src/record/report/weaknesses.ts';
import { makeKey, type TestKey } from '../grant/shown.ts';
import { grow } from '../tree.ts';

export const AT = new Date('2026-04-01T00:00:00.000Z');
export const ISSUER = 'https://verifier.example';
export const keys = { report: makeKey(), other: makeKey() };
export const log = { name: 'log.example/sextant', ...generateKeyPairSync('ed25519') };
const id = (prefix: string): string => `${prefix}_${'0'.repeat(26)}`;
export const LICENCE = id('lic');

const facts = {
  device: 'attested',
  host: 'sealed',
  place: {
    verdict: 'proven-inside',
    grade: 'B',
    toleratedLiars: 1,
    insideGeofence: false,
    keyCustody: 'sealed',
  },
  audit: { auditedAt: null, tamperSignal: false },
  gpuBinding: 'tdisp',
} as const;

export function deviceOf(more: Partial<ReportedDevice> = {}): ReportedDevice {
  const { level, label } = assess(facts);
  return {
    id: 'dev_a',
    kind: 'gpu',
    model: 'H100',
    provenModel: 'NVIDIA H100',
    serial: '1653922003481',
    serialLink: 'manufacturer-manifest',
    facilityId: id('fac'),
    hostId: id('hst'),
    state: 'verified',
    moved: [],
    level,
    label,
    facts,
    weaknesses: weaknessesOf({ facts, serialLink: 'manufacturer-manifest' }),
    evidenceIssuedAt: '2026-03-31T23:00:00.000Z',
    evidenceAgeSeconds: 3600,
    missingAt: null,
    history: [],
    historyIsCut: false,
    holds: [],
    challenges: [],
    ...more,
  };
}

export function decisionAct(more: Partial<Act> = {}, body: object = {}): Act {
  const decision = { decisionId: id('dec'), licenceId: LICENCE, outcome: 'allow', action: 'use', ...body };
  const salt = new Uint8Array(32).fill(7);
  return {
    type: 'decision',
    at: new Date('2026-03-02T00:00:00Z'),
    tenant: 'chips',
    body: decision,
    salt,
    ...more,
  };
}

/** A report on a device and a decision, in a log of four leaves. */
export async function reportOf(
  more: Partial<LicenceReport> = {},
  acts: readonly Act[] = [decisionAct()],
): Promise<LicenceReport> {
  const others = [1, 2, 3].map((n) => decisionAct({ type: 'appraisal', salt: new Uint8Array(32).fill(n) }));
  const { range, read } = grow([...others, ...acts].map(leafOf));
  const checkpoint = signCheckpoint(range.size, rootOf(range), log);
  const decisions = await Promise.all(
    acts.map(async (act, place) => {
      const index = others.length + place;
      const { checkpoint: _, ...leaf } = makeReceipt(
        act,
        index,
        await inclusionProof(index, range.size, read),
        checkpoint,
      );
      return leaf;
    }),
  );
  const report: LicenceReport = {
    decisions,
    devices: [deviceOf()],
    deleted: [],
    format: 'sextant-report/1',
    grants: [],
    holds: [],
    incidents: [],
    inventoryAt: '2026-04-01T00:00:00.000Z',
    issuer: ISSUER,
    ledger: [],
    licence: {
      id: LICENCE,
      holder: 'chips',
      status: 'active',
      conditionsSha256: '11'.repeat(32),
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
      minimumLevel: 'G2',
      evidenceMaxAgeSeconds: 3600,
      waivers: [],
      rulePacks: [],
      leafIndex: 1,
    },
    log: { origin: log.name, size: range.size, checkpoint },
    period: { from: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' },
    reader: 'holder',
    totals: undefined as never, // counted below
    trustInputs: { count: 0, sha256: '22'.repeat(32), selfApproved: false, inputs: null },
    verifier: { developer: 'Sextant', build: '0.1.0', operatedBy: ['bureau'] },
    ...more,
  };
  return { ...report, totals: more.totals ?? totalsOf(report) };
}

export type Signing = {
  readonly key?: TestKey;
  readonly kid?: string;
  readonly typ?: string;
  readonly text?: string;
};

/** A document as a verifier writes one; `text` in the place of the report's canonical JSON. */
export function signed(
  report: LicenceReport,
  {
    key = keys.report,
    kid = key.kid,
    typ = 'sextant-report+jws',
    text = canonicalJson(plainJson(report)),
  }: Signing = {},
): string {
  const encode = (value: string): string => Buffer.from(value).toString('base64url');
  const header = encode(JSON.stringify({ alg: 'ES256', typ, kid }));
  const options = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signature = sign('sha256', Buffer.from(`${header}.${encode(text)}`), options).toString('base64url');
  return `{"report":${text},"signature":"${header}..${signature}"}`;
}

export const POLICY: ReportPolicy = {
  at: AT,
  issuer: ISSUER,
  keys: parseGrantKeys({ keys: [{ ...keys.report.jwk, kid: keys.report.kid, use: 'sig', alg: 'ES256' }] }),
  log,
};
