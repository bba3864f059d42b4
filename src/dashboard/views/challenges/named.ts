import { useAll } from '../../api/read-all.ts';
import { toldText } from '../../parts/told-text.ts';

export type Kind = 'licence' | 'facility' | 'party';

type Named = {
  readonly data: readonly { readonly id: string; readonly label: string }[] | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
};

/** What devices are drawn among, as it may be chosen from: read for the kind that is asked for alone. */
export function useNamed(kind: Kind): Named {
  const licences = useAll('listLicences', {}, { live: ['licence'], when: kind === 'licence' });
  const facilities = useAll('listFacilityPlaces', {}, { live: ['facility'], when: kind === 'facility' });
  const parties = useAll('listParties', {}, { live: ['party'], when: kind === 'party' });
  const labelled = <Row extends { readonly id: string }>(
    read: {
      readonly data: readonly Row[] | undefined;
      readonly error: Error | null;
      readonly refetch: () => unknown;
    },
    nameOf: (row: Row) => string,
  ): Named => ({
    ...read,
    data: read.data?.map((row) => ({ id: row.id, label: `${toldText(nameOf(row))} · ${row.id}` })),
  });
  switch (kind) {
    case 'licence':
      return labelled(licences, ({ tenant }) => tenant);
    case 'facility':
      return labelled(facilities, ({ name }) => name);
    case 'party':
      return labelled(parties, ({ legalName }) => legalName);
  }
}
