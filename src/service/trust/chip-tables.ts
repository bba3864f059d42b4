import type { ChipTableContent } from '../../protocol/trust.ts';
import type { View } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { effectiveTrustInputs } from '../../store/registry/trust.ts';
import { RequestError } from '../errors.ts';
import { readContent } from './kinds.ts';

/** What a chip can do, and by which definition that was computed. */
export type ChipInForce = ChipTableContent['models'][number] & Pick<ChipTableContent, 'ruleVersion'>;

/** Every chip of the tables in force, by its model's name: no two of them name one. */
export function chipsOf(tables: readonly ChipTableContent[]): ReadonlyMap<string, ChipInForce> {
  return new Map(
    tables.flatMap(({ ruleVersion, models }) =>
      models.map((chip) => [chip.model, { ...chip, ruleVersion }] as const),
    ),
  );
}

/** Two tables that say different things of one model would leave it to chance which counts. @throws RequestError `conflict` */
export async function requireNamedOnce(view: View, { kind, name, content }: TrustInputTable): Promise<void> {
  const proposed = readContent(kind, content);
  if (proposed.kind !== 'chip-table') return;
  const models = new Set(proposed.content.models.map(({ model }) => model));
  for (const row of await view.all(effectiveTrustInputs, {})) {
    const other = row.kind === kind && row.name !== name ? readContent(row.kind, row.content) : null;
    if (other?.kind !== 'chip-table') continue;
    const twice = other.content.models.find(({ model }) => models.has(model));
    if (twice === undefined) continue;
    throw new RequestError('conflict', `${row.id} names the model ${twice.model} too`, {
      path: 'content.models',
      expected: 'models that no other table in force names',
      actual: twice.model,
    });
  }
}
