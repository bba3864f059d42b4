import { dropEvent, eventsBehind } from '../../../store/retention/events.ts';
import {
  dropDocument,
  dropPermits,
  dropSession,
  oldUnanswered,
  unusedDocuments,
} from '../../../store/retention/evidence.ts';
import { aged, type ReadAged } from './candidate.ts';

/** A document is noted to be used once a day (service/evidence/inputs.ts), and processes' clocks differ. */
const SLACK_MS = 2 * 86_400_000;

/** Vendors' documents that nothing is judged by any more, and that nothing which is kept was judged by. */
export const agedDocuments: ReadAged = async (view, page) => {
  const { untilMs, ...rest } = aged(page);
  const rows = await view.all(unusedDocuments, { ...rest, untilMs: untilMs - SLACK_MS, slackMs: SLACK_MS });
  return rows.map(({ digest, last_used_ms: ms, cited_by }) => ({
    at: { ms, id: digest },
    items: [['document', digest, null] as const],
    about: [],
    neededBy: cited_by === null ? null : `session:${cited_by}`,
    remove: async (tx) => void (await tx.run(dropDocument, { digest })),
  }));
};

/** Sessions that nobody answered: that they were issued stands in the log. */
export const agedSessions: ReadAged = async (view, page) => {
  const rows = await view.all(oldUnanswered, aged(page));
  return rows.map(({ id, host_id, expires_at_ms: ms, newest }) => ({
    at: { ms, id },
    items: [['session', id, null] as const],
    about: [host_id],
    neededBy: newest === null ? null : `host:${newest}`,
    remove: async (tx) => {
      await tx.run(dropPermits, { sessionId: id });
      await tx.run(dropSession, { sessionId: id });
    },
  }));
};

/** Events, along their sequence up to the first that is younger: they tell of acts, which stay. */
export const agedEvents: ReadAged = async (view, page) => {
  const { afterId, untilMs, afterMs, limit } = aged(page);
  const rows = await view.all(eventsBehind, { afterMs, limit });
  const young = rows.findIndex(({ at_ms }) => at_ms >= untilMs);
  return rows
    .slice(0, young === -1 ? rows.length : young)
    .map(({ sequence, id, subject, body, unheard_by }) => ({
      at: { ms: sequence, id: afterId },
      items: [['event', id, null] as const],
      about: [subject, body],
      neededBy: unheard_by === null ? null : `webhook:${unheard_by}`,
      remove: async (tx) => void (await tx.run(dropEvent, { sequence })),
    }));
};
