import type { Reason } from '../../protocol/reason.ts';
import { byTheGate, type PacksAt, packsAt, packsEnd, type Unledgered } from './decide.ts';

/** What one host of a licence would be weighed by, if it asked for its grant now. */
export type HostBasis = Unledgered & { readonly hostId: string };

/** What rule packs say of a licence's hosts, by what is known now. */
export type PacksOfFleet = {
  /** Every reason of any pack against any host as of an instant, with one of the hosts that it is said of. */
  readonly reasonsAt: (at: Date) => readonly Reason[];
  /** The first instant behind `from` at which a pack denies a host that it does not deny at `from`, at most `until`. */
  readonly endOf: (from: Date, until: Date) => Date;
};

/**
 * Asks the packs of a licence about each of its hosts by itself, as renewals do: what a pack counts (devices, performance) it counts of
 * one host's request. Ages are counted up to the instant that is asked about, as if nobody proved anything until then.
 */
export function packsOfFleet(hosts: readonly HostBasis[]): PacksOfFleet {
  const asked = hosts.map((basis) => {
    const answersAt = packsAt(basis, byTheGate(basis.weighed, basis.conditions));
    return { basis, answersAt, hostId: basis.hostId };
  });
  return {
    reasonsAt: (at) =>
      asked.flatMap(({ answersAt, hostId }) => reasonsOf(answersAt, at).map((reason) => of(hostId, reason))),
    endOf: (from, until) =>
      asked.reduce((end, { basis, answersAt }) => {
        const denied = reasonsOf(answersAt, from).length > 0;
        return denied ? end : packsEnd(basis, { from, until: end }, answersAt);
      }, until),
  };
}

function reasonsOf(answersAt: PacksAt, at: Date): readonly Reason[] {
  return answersAt(at).flatMap(({ reasons }) => reasons);
}

function of(hostId: string, reason: Reason): Reason {
  return { ...reason, sentence: `${reason.sentence} (Of the host ${hostId}.)` };
}
