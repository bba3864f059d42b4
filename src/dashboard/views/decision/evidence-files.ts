import { type Answer, call, callForBytes } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import type { Decision } from './types.ts';

export type EvidenceFile = { readonly path: string; readonly bytes: Uint8Array };

export type Gathered = {
  readonly files: readonly EvidenceFile[];
  /** What could not be handed out, each with why. */
  readonly notPerformed: readonly string[];
};

/** So many appraisals of a host are looked through for the one of a decision's instant: half a year of one an hour. */
const MOST_PAGES = 10;
const PAGE = 500;

/**
 * What a decision rests on, as it was kept: its answer, what it weighed, its receipt, and the appraisals and evidence of the hosts that it
 * weighed. A decision names the instant of a nonce and not the session: of each host the appraisal whose session was issued in that second,
 * as `sextant audit export` takes it too. What is not kept any more is named, and never left out silently.
 */
export async function gatherEvidence(decision: Decision): Promise<Gathered> {
  const files: EvidenceFile[] = [];
  const notPerformed: string[] = [];
  const take = async (path: string, read: () => Promise<Uint8Array>): Promise<Uint8Array | null> => {
    try {
      const bytes = await read();
      files.push({ path, bytes });
      return bytes;
    } catch (error) {
      if (!(error instanceof Problem) || error.body.status !== 404) throw error;
      notPerformed.push(`${path}: it is no longer kept, or not shown to you`);
      return null;
    }
  };
  await take('decision.json', () => record('decisions', decision.id));
  if (decision.receipt !== undefined) {
    const { leafIndex } = decision.receipt;
    await take('receipt.json', async () => json(await call('getReceipt', { params: { leafIndex } })));
  } else notPerformed.push('receipt.json: the decision has none');
  const { inputSha256 } = decision;
  const weighed =
    inputSha256 === null ? null : await take('weighed.json', () => record('weighed', inputSha256));
  for (const { hostId, issuedAt } of weighed === null ? [] : hostsOf(decision, weighed)) {
    const found = await appraisalOf(hostId, issuedAt);
    if (found === null) {
      notPerformed.push(`${hostId}: no appraisal of a nonce of ${issuedAt} is kept`);
      continue;
    }
    const folder = `appraisals/${found.sessionId}`;
    await take(`${folder}/appraisal.json`, () => record('appraisals', found.sessionId));
    await take(`${folder}/evidence.bin`, () => record('evidence', found.evidenceSha256));
    await take(`${folder}/receipt.json`, async () =>
      json(await call('getReceipt', { params: { leafIndex: found.leafIndex } })),
    );
  }
  return { files, notPerformed };
}

/** The hosts of the decision's devices, as they were weighed, with the instant of the nonce that each answered. */
function hostsOf(decision: Decision, weighed: Uint8Array): { hostId: string; issuedAt: string }[] {
  const hosts = new Map<string, { hostId: string; issuedAt: string }>();
  const told = hostIdsIn(JSON.parse(new TextDecoder().decode(weighed)));
  for (const { id, evidenceIssuedAt: issuedAt } of decision.devices) {
    const hostId = told.get(id);
    if (hostId !== undefined && issuedAt !== null) hosts.set(`${hostId} ${issuedAt}`, { hostId, issuedAt });
  }
  return [...hosts.values()];
}

/** Wherever the document says of a device which host it is in. */
function hostIdsIn(weighed: unknown, found = new Map<string, string>()): Map<string, string> {
  if (typeof weighed !== 'object' || weighed === null) return found;
  const { id, hostId } = weighed as { readonly id?: unknown; readonly hostId?: unknown };
  if (typeof id === 'string' && typeof hostId === 'string') found.set(id, hostId);
  for (const inner of Object.values(weighed)) hostIdsIn(inner, found);
  return found;
}

type Listed = Answer<'listHostAppraisals'>['items'][number];

/** Newest first; the one whose session was issued in that second. */
async function appraisalOf(hostId: string, issuedAt: string): Promise<Listed | null> {
  const second = Math.floor(Date.parse(issuedAt) / 1000);
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query: { limit: number; after?: string } = { limit: PAGE, ...(after === null ? {} : { after }) };
    const { items, next }: Answer<'listHostAppraisals'> = await call('listHostAppraisals', {
      params: { hostId },
      query,
    });
    // Appraised after the nonce was issued: of those the earliest are the likeliest.
    const later = items.filter(({ at }) => Math.floor(Date.parse(at) / 1000) >= second);
    for (const listed of later.toReversed()) {
      const session = await call('getSession', { params: { sessionId: listed.sessionId } });
      if (Math.floor(Date.parse(session.issuedAt) / 1000) === second) return listed;
      if (Date.parse(session.issuedAt) > (second + 1) * 1000) break;
    }
    if (next === null || later.length < items.length) return null;
    after = next;
  }
  return null;
}

async function record(
  kind: 'decisions' | 'weighed' | 'appraisals' | 'evidence',
  recordId: string,
): Promise<Uint8Array> {
  const response = await callForBytes('getAuditRecord', { params: { kind, recordId } });
  return new Uint8Array(await response.arrayBuffer());
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
