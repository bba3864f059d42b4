import type { ChallengeOrder } from '../../protocol/challenge.ts';
import type { OrderWithDevices } from '../../service/challenge/read.ts';
import type { ChallengeOrderTable, ChallengeTable } from '../../store/challenges/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentOrder(row: ChallengeOrderTable): ChallengeOrder {
  return {
    id: row.id,
    of: { kind: row.of_kind, id: row.of_id },
    state: row.state,
    wanted: row.wanted,
    population: row.population,
    populationSha256: row.population_sha256,
    commitment: row.commitment,
    answerWithinSeconds: Math.floor(row.answer_within_ms / 1000),
    reason: row.reason,
    orderedBy: row.ordered_by,
    orderedAt: shownInstant(row.ordered_at_ms),
    leafIndex: row.leaf_index,
    drawnAt: shownInstantOrNull(row.drawn_at_ms),
    drawnLeafIndex: row.drawn_leaf,
    deadline: shownInstantOrNull(row.deadline_ms),
    endedAt: shownInstantOrNull(row.ended_at_ms),
  };
}

export function presentWithDevices({ order, devices }: OrderWithDevices): ChallengeOrder {
  return { ...presentOrder(order), devices: devices.map(presentDevice) };
}

function presentDevice(row: ChallengeTable): NonNullable<ChallengeOrder['devices']>[number] {
  const { device_id: deviceId, host_id: hostId, session_id: sessionId, outcome, settled_at_ms } = row;
  return { deviceId, hostId, sessionId, outcome, settledAt: shownInstantOrNull(settled_at_ms) };
}
