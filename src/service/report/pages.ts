import { formatInstant, parseInstant } from '../../bytes/instant.ts';
import { toBase64Url } from '../../bytes/text.ts';
import type { ProvenLeaf, ReportedGrant } from '../../protocol/report.ts';
import { decisionActs, grantsIssued } from '../../store/report/statements.ts';
import type { Context } from '../context.ts';
import { proveLeaf } from '../log.ts';
import type { OpenReport } from './open.ts';

const PAGE = 200;
/** An act is dated as its predecessor where the clock said less: a decision may be so much older than its act, and far less. */
const DATED_LATER_MS = 600_000;

type Footing = Pick<OpenReport, 'period' | 'log'> & { readonly licence: Pick<OpenReport['licence'], 'id'> };

const periodOf = ({ licence, period, log }: Footing) => ({
  licenceId: licence.id,
  fromMs: parseInstant(period.from).getTime(),
  untilMs: parseInstant(period.until).getTime(),
  size: log.size,
});

/** The decisions of a report with their proofs, a page at a time: what stands in the tree of a head is there for ever. */
export async function* decisionsOf(
  context: Context,
  report: Footing,
  limit = PAGE,
): AsyncGenerator<ProvenLeaf> {
  const period = periodOf(report);
  let [afterMs, afterLeaf] = [period.fromMs - DATED_LATER_MS, -1];
  for (;;) {
    const page = await context.store.read(async (view) => {
      const rows = await view.all(decisionActs, { ...period, afterMs, afterLeaf, limit });
      const proven: { readonly decidedMs: number; readonly leaf: ProvenLeaf }[] = [];
      for (const { decided_ms, leaf_index: leafIndex, type, at_ms, tenant, body, salt } of rows) {
        const proof = await proveLeaf(context, view, leafIndex, period.size);
        const leaf = {
          leafIndex,
          act: { type, at: formatInstant(new Date(at_ms)), tenant, body: JSON.parse(body) as unknown },
          salt: toBase64Url(salt),
          inclusionProof: proof.map(toBase64Url),
        };
        proven.push({ decidedMs: decided_ms, leaf });
      }
      return proven;
    });
    for (const { leaf } of page) yield leaf;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    [afterMs, afterLeaf] = [last.decidedMs, last.leaf.leafIndex];
  }
}

/** The grants of a report, with the statuses that the log of its head has. */
export async function* grantsOf(
  { store }: Context,
  report: Footing,
  limit = PAGE,
): AsyncGenerator<ReportedGrant> {
  const period = periodOf(report);
  for (let after = ''; ; ) {
    const rows = await store.read((view) => view.all(grantsIssued, { ...period, after, limit }));
    for (const row of rows) {
      yield {
        grantId: row.id,
        hostId: row.host_id,
        issuedAt: formatInstant(new Date(row.issued_at_ms)),
        expiresAt: formatInstant(new Date(row.expires_at_ms)),
        devices: (JSON.parse(row.devices) as readonly string[]).length, // what `issueGrants` wrote
        status: row.changed ?? 'valid',
        leafIndex: row.leaf_index,
      };
    }
    after = rows.at(-1)?.id ?? after;
    if (rows.length < limit) return;
  }
}
