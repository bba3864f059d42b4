import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { formatInstant } from '../../../src/bytes/instant.ts';
import type { LicenceReport } from '../../../src/protocol/report.ts';
import { signCheckpoint } from '../../../src/record/index.ts';
import { parseReport, type ReportPolicy, verifyReport } from '../../../src/record/report/index.ts';
import { AT, decisionAct, deviceOf, keys, log, POLICY, reportOf, type Signing, signed } from './shown.ts';

function failing(document: string, policy: Partial<ReportPolicy> = {}): string[] {
  const { checks } = verifyReport(parseReport(document), { ...POLICY, ...policy });
  return checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
}

const document = async (more: Partial<LicenceReport> = {}, signing: Signing = {}): Promise<string> =>
  signed(await reportOf(more), signing);

/** Each check, and a report in which it alone fails. */
const FAULTS: readonly (readonly [
  check: string,
  make: () => Promise<string>,
  policy?: Partial<ReportPolicy>,
])[] = [
  ['report.type', () => document({}, { typ: 'licence-grant+jwt' })],
  ['report.key', () => document({}, { key: keys.other })],
  ['report.signature', () => document({}, { key: keys.other, kid: keys.report.kid })],
  [
    'report.canonical',
    async () => {
      const report = await reportOf();
      return signed(report, { text: JSON.stringify(report) });
    },
  ],
  ['report.issuer', () => document(), { issuer: 'https://another.example' }],
  ['report.period', () => document({ inventoryAt: '2026-03-31T23:00:00.000Z', devices: [] })],
  ['report.dated', () => document(), { at: new Date(AT.getTime() - 60_001) }],
  ['report.devices.levels', () => document({ devices: [deviceOf({ level: 'G4', label: 'G4' })] })],
  ['report.devices.weaknesses', () => document({ devices: [deviceOf({ weaknesses: [] })] })],
  ['report.devices.ages', () => document({ devices: [deviceOf({ evidenceAgeSeconds: 3599 })] })],
  [
    'report.totals',
    async () => {
      const { totals } = await reportOf();
      return document({ totals: { ...totals, decisions: { allowed: 0, denied: 0 } } });
    },
  ],
  [
    'report.checkpoint',
    async () => {
      const { log: rests } = await reportOf();
      return document({ log: { ...rests, checkpoint: rests.checkpoint.replace(/\n(\d)\n/, '\n1$1\n') } });
    },
  ],
  [
    'report.log',
    async () => {
      const { log: rests } = await reportOf();
      return document({ log: { ...rests, size: rests.size + 1 } });
    },
  ],
  [
    'report.decisions.proven',
    async () => {
      const { decisions } = await reportOf();
      return document({
        decisions: decisions.map((leaf) => ({ ...leaf, salt: 'AA'.repeat(21).concat('A') })),
      });
    },
  ],
  ['report.decisions.acts', async () => signed(await reportOf({}, [decisionAct({ type: 'appraisal' })]))],
];

describe('a report', () => {
  it('is accepted as it was made', async () => {
    expect(verifyReport(parseReport(await document()), POLICY)).toMatchObject({
      accepted: true,
      notPerformed: [],
    });
    expect(verifyReport(parseReport(`${await document()}\n`), POLICY).accepted).toBe(true);
  });

  it.each(FAULTS.map(([check, make, policy]) => ({ check, make, policy })))(
    'is refused by $check alone',
    async ({ check, make, policy }) => {
      expect(failing(await make(), policy)).toEqual([check]);
    },
  );

  it('proves nothing of its decisions without the key of the log, and is not accepted then', async () => {
    const { log: _, ...known } = POLICY;
    const judged = verifyReport(parseReport(await document()), known);
    expect(judged.accepted).toBe(false);
    expect(judged.notPerformed.map(({ id }) => id)).toEqual([
      'report.checkpoint',
      'report.log',
      'report.decisions.proven',
      'report.decisions.acts',
    ]);
  });

  it('takes no decision of another licence, of another time, or twice', async () => {
    const of = async (act: ReturnType<typeof decisionAct>): Promise<string[]> =>
      failing(signed(await reportOf({}, [act])));
    expect(await of(decisionAct({}, { licenceId: 'lic_other' }))).toEqual(['report.decisions.acts']);
    expect(await of(decisionAct({ at: new Date('2026-02-28T23:59:59.999Z') }))).toEqual([
      'report.decisions.acts',
    ]);
    expect(await of(decisionAct({ at: new Date('2026-04-01T00:00:00Z') }))).toEqual([
      'report.decisions.acts',
    ]);
    const { decisions } = await reportOf();
    expect(failing(await document({ decisions: [...decisions, ...decisions] }))).toEqual([
      'report.decisions.acts',
    ]);
  });

  it('takes a checkpoint of its own log alone', async () => {
    const { log: rests } = await reportOf();
    const other = { ...log, name: 'log.example/other' };
    const note = signCheckpoint(rests.size, new Uint8Array(32), other);
    expect(failing(await document({ log: { ...rests, checkpoint: note } }))).toEqual(['report.checkpoint']);
  });

  it('counts whatever is no allow with the denials, and a grant that has ended as ended', async () => {
    const report = await reportOf({}, [decisionAct({}, { outcome: 'perhaps' })]);
    expect(report.totals.decisions).toEqual({ allowed: 0, denied: 1 });
    const grant = {
      grantId: `grt_${'0'.repeat(26)}`,
      hostId: 'h',
      issuedAt: formatInstant(AT),
      devices: 1,
      leafIndex: 1,
    };
    const { totals } = await reportOf({
      grants: [
        { ...grant, status: 'valid', expiresAt: '2026-04-01T00:00:00.001Z' },
        { ...grant, status: 'valid', expiresAt: '2026-04-01T00:00:00.000Z' },
        { ...grant, status: 'invalid', expiresAt: '2026-03-01T00:00:00.000Z' },
      ],
    });
    expect(totals.grants).toEqual({ issued: 3, valid: 1, suspended: 0, invalid: 1, ended: 1 });
  });
});

describe('a file that is no report', () => {
  it.each([
    ['nothing', ''],
    ['another document', '{"grant":"x"}'],
    ['a report without its signature', '{"report":{}}'],
    ['a member more', '{"report":{},"more":1,"signature":"a..b"}'],
    ['a signature that is not detached', '{"report":{},"signature":"a.b.c"}'],
    ['other white space', '{ "report":{},"signature":"a..b"}'],
  ])('is refused: %s', (_, text) => {
    expect(() => parseReport(text)).toThrow(FormatError);
  });

  it('never makes another report of it, whatever is changed, cut off or added', async () => {
    const whole = await document();
    const runs = { numRuns: Number(process.env['SEXTANT_FUZZ_RUNS'] ?? 5000) / 25 };
    const place = fc.integer({ min: 0, max: whole.length - 1 });
    fc.assert(
      fc.property(
        place,
        fc.integer({ min: 0, max: 2 }),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, drop, add) => {
          const changed = whole.slice(0, at) + add + whole.slice(at + drop);
          fc.pre(changed.trimEnd() !== whole);
          try {
            expect(verifyReport(parseReport(changed), POLICY).accepted).toBe(false);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      runs,
    );
  });
});
