import type { LicenceReport, ProvenLeaf, ReportedGrant, ReportTotals } from '../../protocol/report.ts';

/** Counts decisions and grants as they pass: whoever writes a report and whoever reads one count alike. */
export class Counted {
  readonly decisions = { allowed: 0, denied: 0 };
  readonly grants = { issued: 0, valid: 0, suspended: 0, invalid: 0, ended: 0 };
  readonly #atMs: number;

  /** @param inventoryAt of the report: a grant that has ended by then is counted as ended, whatever its status */
  constructor(inventoryAt: string) {
    this.#atMs = Date.parse(inventoryAt);
  }

  decision({ act }: ProvenLeaf): void {
    const { outcome } = (act['body'] ?? {}) as { readonly outcome?: unknown }; // whatever it is, it is compared
    // What is not an allow is counted with the denials: nothing is allowed by being unclear.
    this.decisions[outcome === 'allow' ? 'allowed' : 'denied'] += 1;
  }

  grant({ status, expiresAt }: ReportedGrant): void {
    this.grants.issued += 1;
    const hasEnded = status !== 'invalid' && Date.parse(expiresAt) <= this.#atMs;
    this.grants[hasEnded ? 'ended' : status] += 1;
  }
}

/** What devices, their challenges and incidents come to. */
export function countStanding({
  devices,
  incidents,
}: Pick<LicenceReport, 'devices' | 'incidents'>): Pick<ReportTotals, 'challenges' | 'devices' | 'incidents'> {
  const challenges = devices.flatMap((device) => device.challenges);
  const count = <Row>(rows: readonly Row[], is: (row: Row) => boolean): number => rows.filter(is).length;
  return {
    challenges: {
      drawn: challenges.length,
      answered: count(challenges, ({ outcome }) => outcome === 'answered'),
      unanswered: count(challenges, ({ outcome }) => outcome === 'unanswered'),
    },
    devices: {
      named: devices.length,
      verified: count(devices, ({ state }) => state === 'verified'),
      missing: count(devices, ({ state }) => state === 'missing'),
      moved: count(devices, ({ moved }) => moved.length > 0),
      held: count(devices, ({ holds }) => holds.length > 0),
    },
    incidents: {
      open: count(incidents, ({ state }) => state !== 'closed'),
      overdue: count(incidents, ({ overdue }) => overdue),
    },
  };
}

/** Everything that the rows of a report come to. */
export function totalsOf(report: LicenceReport): ReportTotals {
  const counted = new Counted(report.inventoryAt);
  for (const leaf of report.decisions) counted.decision(leaf);
  for (const grant of report.grants) counted.grant(grant);
  const { decisions, grants } = counted;
  return { ...countStanding(report), decisions, grants };
}
