import type { LocationAnswer } from '../../protocol/location.ts';
import type { Cast } from './cast.ts';
import type { DemoGuest } from './guest.ts';
import type { DemoLandmarks } from './place/landmarks.ts';
import type { Wire } from './place/wire.ts';
import { type Outcome, type Story, StoryError } from './story.ts';

/** Landmarks are put in force; the guest answers them and is proven where it is authorised to be. */
export async function locateGuest(
  story: Story,
  cast: Cast,
  guest: DemoGuest,
  ground: { readonly landmarks: DemoLandmarks; readonly wire: Wire; readonly url: string },
): Promise<LocationAnswer> {
  await story.scene(
    'Six landmarks of six operators listen (real UDP, over a wire that holds each datagram for its distance); the authority approves them',
    () => ground.landmarks.start(cast, ground, ground.wire),
    (names) => ({ detail: names.join(', ') }),
  );
  return story.scene(
    'The guest answers their challenges with its attested key',
    () => located(guest, 'proven-inside'),
    placeOf,
  );
}

/** Attests and is measured; anything but that verdict stops the story. */
export async function located(
  guest: DemoGuest,
  expected: 'proven-inside' | 'proven-outside',
): Promise<LocationAnswer> {
  const answer = await guest.locate();
  const { verdict, reason, area } = answer.verdict;
  if (verdict === expected) return answer;
  throw new StoryError(`${verdict} of ${area}, not ${expected}: ${reason?.sentence ?? 'no reason is given'}`);
}

export function placeOf({ verdict, devices }: LocationAnswer): Outcome {
  const { area, grade, f } = verdict;
  const levels = devices.map(({ kind, label }) => `${kind} ${label}`).join(', ');
  const radius = 'radiusMeters' in verdict && verdict.radiusMeters !== null ? verdict.radiusMeters : null;
  const within = radius === null ? '' : `, within ${Math.ceil(radius / 1000)} km`;
  return { detail: `${verdict.verdict} ${area}, grade ${grade}, f = ${f}${within}: ${levels}` };
}
