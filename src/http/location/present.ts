import type { Disclosure, HostLocationAnswer, LocationAnswer } from '../../protocol/location.ts';
import { discloseVerdict } from '../../service/location/disclose.ts';
import { type HostLocation, regionOfLocation } from '../../service/location/read.ts';
import type { WholeAnswer } from '../../service/location/result.ts';

export function presentLocation(answer: WholeAnswer, mode: Disclosure): Omit<LocationAnswer, 'receipt'> {
  const { verdict, receipts, ...rest } = answer;
  return {
    ...rest,
    verdict: discloseVerdict(verdict, mode),
    receipts: mode === 'full' ? [...receipts] : null,
  };
}

export function presentHostLocation(location: HostLocation): HostLocationAnswer {
  const { row, answer, now, mode } = location;
  const { ear: _, ...rest } = presentLocation(answer, mode);
  const region = regionOfLocation(location);
  return { ...rest, disclosure: mode, now, region: region && { ...region }, leafIndex: row.leaf_index };
}
