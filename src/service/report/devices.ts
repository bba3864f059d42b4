import { DECLARED } from '../../appraisal/facts.ts';
import { assess } from '../../appraisal/levels.ts';
import { formatInstant } from '../../bytes/instant.ts';
import type { Move, ReportedDevice } from '../../protocol/report.ts';
import type { DeviceStatus } from '../../protocol/status.ts';
import { ageSeconds } from '../../record/report/check-devices.ts';
import { weaknessesOf } from '../../record/report/weaknesses.ts';
import { challengesOfDevice } from '../../store/challenges/statements.ts';
import type { View } from '../../store/port.ts';
import { eventsAbout } from '../../store/report/statements.ts';
import type { Context } from '../context.ts';
import { deviceStatusIn } from '../status/status.ts';

/** Changes of one device that a report lists; that there are more is said. */
const MOST_CHANGES = 100;

export type DeviceQuestion = {
  readonly from: Date;
  readonly until: Date;
  /** Where the licence lets devices stand. */
  readonly facilities: ReadonlySet<string>;
};

/**
 * A device that a licence names, as it stands by the context's clock, and what became of it in the period.
 * A device that the register does not know is shown all the same, with nothing proven of it.
 */
export async function reportDevice(
  context: Context,
  view: View,
  id: string,
  question: DeviceQuestion,
): Promise<ReportedDevice> {
  const status = (await deviceStatusIn(context, view, id)) ?? unknown(id);
  const { changes, movedElsewhere, isCut } = await changesOf(view, id, question);
  const { kind, model, provenModel, serial, serialLink, facilityId, hostId, state, level, label, facts } =
    status;
  const { evidenceIssuedAt, missingAt, latches } = status;
  const inventoryAt = formatInstant(context.clock());
  return {
    ...{ id, kind, model, provenModel, serial, serialLink, facilityId, hostId, state },
    moved: movesOf(status, movedElsewhere, question),
    ...{ level, label, facts, weaknesses: weaknessesOf({ facts, serialLink }) },
    evidenceIssuedAt,
    evidenceAgeSeconds: ageSeconds(evidenceIssuedAt, inventoryAt),
    missingAt,
    history: changes,
    historyIsCut: isCut,
    holds: latches,
    challenges: await challengesOf(view, id, question),
  };
}

async function challengesOf(
  view: View,
  deviceId: string,
  { from, until }: DeviceQuestion,
): Promise<ReportedDevice['challenges']> {
  const period = { deviceId, fromMs: from.getTime(), untilMs: until.getTime() };
  const rows = await view.all(challengesOfDevice, period);
  return rows.map(({ order_id: orderId, drawn_at_ms, session_id: sessionId, outcome }) => ({
    orderId,
    drawnAt: formatInstant(new Date(drawn_at_ms ?? 0)), // of an order that was drawn, by the query
    sessionId,
    outcome,
  }));
}

function movesOf(
  { facts, facilityId, state }: DeviceStatus,
  movedElsewhere: boolean,
  { facilities }: DeviceQuestion,
): Move[] {
  const found: { readonly [M in Move]: boolean } = {
    'proven-outside': facts.place.verdict === 'proven-outside',
    'facility-changed': movedElsewhere,
    'facility-not-licensed': facilityId === null || !facilities.has(facilityId),
    returned: state === 'returned',
    transferred: state === 'transferred',
  };
  return (Object.keys(found) as Move[]).filter((move) => found[move]); // its keys are what its type says
}

type Changes = {
  readonly changes: ReportedDevice['history'];
  /** Whether it was registered at another facility. */
  readonly movedElsewhere: boolean;
  readonly isCut: boolean;
};

/** What an event says of a change, as told-acts.ts names its members. */
type Told = {
  readonly from?: string;
  readonly to?: string;
  readonly leafIndex: number;
  readonly changes?: { readonly [member: string]: { readonly from: unknown } };
};

async function changesOf(view: View, id: string, { from, until }: DeviceQuestion): Promise<Changes> {
  const period = { fromMs: from.getTime(), untilMs: until.getTime(), limit: MOST_CHANGES + 1 };
  const rows = await view.all(eventsAbout, { subject: `device:${id}`, ...period });
  const told = rows.slice(0, MOST_CHANGES).map(({ type, at_ms, body }) => {
    const data = JSON.parse(body) as Told; // what `tellAct` wrote
    return { type, at: formatInstant(new Date(at_ms)), data };
  });
  return {
    changes: told.flatMap(({ type, at, data: { from: before, to, leafIndex } }) => {
      const after = type === 'device.retired' ? 'retired' : to;
      return after === undefined ? [] : [{ at, from: before ?? '', to: after, leafIndex }];
    }),
    // The first facility that it is given moves it from nowhere.
    movedElsewhere: told.some(({ data }) => (data.changes?.['facilityId']?.from ?? null) !== null),
    isCut: rows.length > MOST_CHANGES,
  };
}

function unknown(id: string): DeviceStatus {
  const { level, label } = assess(DECLARED);
  return {
    ...{ id, kind: 'unknown', model: null, serial: null, provenModel: null, serialLink: 'none' },
    ...{
      lifecycle: 'unknown',
      state: 'declared',
      dueAt: null,
      missingAt: null,
      hostId: null,
      facilityId: null,
    },
    ...{ facts: DECLARED, level, label, evidenceIssuedAt: null, nextAttestationDue: null, latches: [] },
  };
}
