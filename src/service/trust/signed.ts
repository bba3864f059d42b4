import type { View } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { effectiveByPublisher, versionsOfTrustInput } from '../../store/registry/trust.ts';

/** What is in force by a publisher's signature alone: by keys of this version of it, or of one that this one replaced. */
export async function signedBy(
  view: View,
  { kind, name }: Pick<TrustInputTable, 'kind' | 'name'>,
): Promise<TrustInputTable[]> {
  if (kind !== 'publisher') return [];
  const signed: TrustInputTable[] = [];
  for (const { id } of await view.all(versionsOfTrustInput, { kind, name })) {
    signed.push(...(await view.all(effectiveByPublisher, { publisherId: id })));
  }
  return signed;
}
