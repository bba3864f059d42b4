import type { Answer } from './answer.ts';
import type { DeviceState, LicenceState } from './inputs.ts';
import type { LicenceConditions } from './licence.ts';
import type { Deny } from './reasons.ts';

/** A host's own TPM and its guest compute nothing, and no licence names them by model. */
export function isChip({ kind }: Pick<DeviceState, 'kind'>): boolean {
  return kind === 'gpu';
}

/** What the licence names besides the device itself: its model, where it names any, and who uses it. */
export function decideNamed(device: DeviceState, conditions: LicenceConditions, answer: Answer): void {
  const { id, model, userId } = device;
  const subject = `device:${id}`;
  const { models, parties, endUser } = conditions;
  if (models !== undefined && isChip(device)) {
    if (model === null) {
      answer.deny('device.model-unknown', subject, `Nobody has said which model the device ${id} is.`);
    } else if (!models.some((named) => named.model === model)) {
      answer.deny(
        'device.model-not-named',
        subject,
        `The device ${id} is a ${model}, which the licence does not name.`,
      );
    }
  }
  const users = endUser === undefined ? parties : [endUser];
  if (userId === null || users.includes(userId)) return;
  const sentence = `The device ${id} is registered for the use of ${userId}, whom the licence does not name for it.`;
  answer.deny('device.user-not-named', subject, sentence);
}

/** No more of a model may be used than the licence lets be delivered. */
export function decideQuantities(
  { id, conditions: { models = [] } }: LicenceState,
  devices: readonly DeviceState[],
  deny: Deny,
): void {
  const counted = Map.groupBy(devices.filter(isChip), ({ model }) => model);
  for (const { model, quantity } of models) {
    const asked = counted.get(model)?.length ?? 0;
    if (asked <= quantity) continue;
    const sentence = `${asked} of ${model} are asked about; the licence names ${quantity}.`;
    deny('licence.too-many-of-model', `licence:${id}`, sentence);
  }
}
