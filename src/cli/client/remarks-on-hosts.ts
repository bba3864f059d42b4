import { z } from 'zod';
import type { JsonValue } from '../../bytes/json.ts';
import { check } from '../../protocol/check.ts';
import { reason } from '../../protocol/reason.ts';
import { bold, red } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';
import { describeReasons } from './describe-reasons.ts';

/** What remarks are made of; whatever else a row has, they do without. */
const attempted = z.object({ id: z.string(), checks: z.array(check) });
const listed = z.object({
  id: z.string(),
  lastSubmission: z.object({ reasons: z.array(reason) }).nullable(),
});

const standing = z.object({
  licenceId: z.string(),
  denied: z.object({ reasons: z.array(reason) }).nullable(),
});

/** What each failed check of an attempt to enrol expected and found. */
export function failedChecks(row: JsonValue): readonly string[] {
  const { data } = attempted.safeParse(row);
  const failed = data?.checks.filter(({ status }) => status === 'fail') ?? [];
  if (data === undefined || failed.length === 0) return [];
  return [
    bold(data.id),
    ...failed.map(({ id, expected, actual }) =>
      wrap(
        `${red('✗')} ${id}: expected ${printable(expected ?? '–')}, found ${printable(actual ?? '–')}`,
        '  ',
      ),
    ),
  ];
}

/** Why the newest submission of a host was refused, or what it lacks. */
export function submissionReasons(row: JsonValue): readonly string[] {
  const { data } = listed.safeParse(row);
  if (data === undefined || data.lastSubmission === null || data.lastSubmission.reasons.length === 0)
    return [];
  return [bold(data.id), ...describeReasons(data.lastSubmission.reasons)];
}

/** Why a host was refused a grant under a licence. */
export function denialReasons(row: JsonValue): readonly string[] {
  const { data } = standing.safeParse(row);
  if (data === undefined || data.denied === null || data.denied.reasons.length === 0) return [];
  return [bold(data.licenceId), ...describeReasons(data.denied.reasons)];
}
