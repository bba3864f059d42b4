import { isJsonObject, type JsonValue } from '../../../bytes/json.ts';
import type { EvidenceAnswer } from '../../../protocol/evidence.ts';
import { finding } from '../../../record/audit/findings.ts';
import type { OpenAct } from '../open-act.ts';
import type { Past } from '../past.ts';
import type { RecordSource } from '../source.ts';
import type { Tally } from '../tally.ts';
import { compare } from './check-row.ts';
import type { Columns } from './columns.ts';
import type { StateSource } from './source.ts';

export type HostsAudit = {
  readonly state: StateSource;
  readonly appraisal: RecordSource['appraisal'];
  readonly past: Past;
  readonly tally: Tally;
  readonly isWhole: boolean;
};

const CHECK = 'state.proven';

/** Remembers each host's newest submission; what it enrols anew is proven by none. */
export function noteSubmission({ type, body }: OpenAct, { standings }: Past): void {
  if (type === 'appraisal') standings.set(`proven:${body['hostId']}`, String(body['sessionId']));
  if (type === 'host.enrolled') standings.delete(`proven:${body['hostId']}`);
}

/**
 * Holds what decisions read of each host against the appraisal of its newest submission: its outcome, what it proves of the host, and until when.
 *
 * What remains unproven: measurements that are kept to be compared again once trust inputs change, and what was proven of single chips.
 */
export async function checkHosts({ state, appraisal, past, tally, isWhole }: HostsAudit): Promise<void> {
  for await (const { host_id: hostId, ...row } of state.hosts()) {
    const subject = `host ${hostId}, what it proves`;
    const expected = past.standings.get(`proven:${hostId}`) ?? null;
    const sessionId = row['evidence_session_id'] ?? null;
    if (sessionId !== expected) {
      if (!isWhole) tally.unchecked(CHECK, 'acts of the log could not be read', subject);
      else {
        const actual = String(sessionId ?? 'nothing');
        tally.found(finding('state.unrecorded', subject, { expected: expected ?? 'nothing', actual }));
      }
      continue;
    }
    const kept = expected === null ? undefined : await appraisal(expected);
    if (expected === null) compare(subject, row, { outcome: null, facts: null }, tally);
    else if (kept === undefined) tally.unchecked(CHECK, 'its appraisal is not kept', subject);
    else compare(subject, row, columnsOf(kept.answer), tally);
  }
}

function columnsOf(text: string): Columns {
  const answer: JsonValue = JSON.parse(text);
  if (!isJsonObject(answer) || !isJsonObject(answer['appraisal'])) return {};
  const { appraisal } = answer as unknown as EvidenceAnswer; // held against its act where that was read
  const { outcome, reasons, referenceSets, validUntil, devices } = appraisal;
  const self = devices.find(({ kind }) => kind === 'host-tpm' || kind === 'host-tee');
  return {
    outcome,
    reasons: JSON.stringify(reasons),
    facts: self === undefined ? null : JSON.stringify(self.facts),
    reference_sets: JSON.stringify(referenceSets.matched.map(({ name }) => name)),
    valid_until_ms: validUntil === null ? null : Date.parse(validUntil),
  };
}
