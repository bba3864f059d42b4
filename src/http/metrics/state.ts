import type { ServiceState } from '../../service/telemetry/state.ts';
import { by, type Family, single } from './families.ts';

/**
 * How things stand in the store: the same from every verifier on one database, so that a sum over them says nothing.
 * @param state null where it could not be read: then nothing is said but that
 */
export function stateFamilies(state: ServiceState | null): Family[] {
  const readable = single(
    'gauge',
    'sextant_state_readable',
    '1 where the store could be asked how things stand; without it those metrics are absent.',
    state === null ? 0 : 1,
  );
  if (state === null) return [readable];
  return [readable, ...log(state), ...grants(state), ...backlog(state), ...attention(state)];
}

function log({ log: { leaves, lastLeafMs }, cosigned }: ServiceState): Family[] {
  // A witness is named by the first part of its key: name+id+key.
  const witnesses = Array.from(cosigned, ([key, size]) => [key.split('+')[0] ?? key, size] as const);
  return [
    single('gauge', 'sextant_log_leaves', 'Acts in the transparency log.', leaves),
    single(
      'gauge',
      'sextant_log_last_leaf_timestamp_seconds',
      'When the newest of them was logged.',
      lastLeafMs / 1000,
    ),
    by(
      'witness',
      'gauge',
      'sextant_log_cosigned_leaves',
      'Leaves of the largest tree that a witness cosigned.',
      witnesses,
    ),
  ];
}

function grants({ grants: { unexpired, endingSoon, suspended } }: ServiceState): Family[] {
  const name = 'sextant_grants';
  const help =
    'Newest grants of each host under each licence: unexpired; of those, ending within ten minutes, which agents renew long before; suspended. Asked once a minute.';
  return [
    by('state', 'gauge', name, help, [
      ['unexpired', unexpired],
      ['ending-soon', endingSoon],
      ['suspended', suspended],
    ]),
  ];
}

function backlog({ atMs, webhooks, schedule }: ServiceState): Family[] {
  const { active, failing, disabled, waitingSinceMs } = webhooks;
  return [
    by('state', 'gauge', 'sextant_webhooks', 'Webhooks: active, failing among them, disabled.', [
      ['active', active],
      ['failing', failing],
      ['disabled', disabled],
    ]),
    single(
      'gauge',
      'sextant_outbox_lag_seconds',
      'Age of the oldest event that an active webhook has not heard; 0 where all have heard all.',
      behind(atMs, waitingSinceMs),
    ),
    single('gauge', 'sextant_schedule_overdue', 'What is due and was not looked at.', schedule.overdue),
    single(
      'gauge',
      'sextant_schedule_lag_seconds',
      'How long the oldest of it has been due.',
      behind(atMs, schedule.oldestDueMs),
    ),
  ];
}

function attention({ incidents, holds, landmarks }: ServiceState): Family[] {
  return [
    by('state', 'gauge', 'sextant_incidents', 'Incidents nobody has reported; overdue among them.', [
      ['unreported', incidents.unreported],
      ['overdue', incidents.overdue],
    ]),
    single('gauge', 'sextant_holds_open', 'Holds that a person must clear.', holds),
    by(
      'standing',
      'gauge',
      'sextant_landmarks',
      'Landmarks in force: that count, and that do not or count for less, by why.',
      Object.entries(landmarks),
    ),
  ];
}

function behind(atMs: number, sinceMs: number | null): number {
  return sinceMs === null ? 0 : Math.max(0, atMs - sinceMs) / 1000;
}
