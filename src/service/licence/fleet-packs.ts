import type { DeviceState } from '../../policy/inputs.ts';
import { countingOf } from '../../policy/lifecycle.ts';
import { type HostBasis, type PacksOfFleet, packsOfFleet } from '../../policy/packs/index.ts';
import { withinGrace } from '../../policy/register/screening.ts';
import type { Told } from '../../policy/told.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { readClusters } from '../decision/clusters.ts';
import type { Gathered } from '../decision/gather.ts';
import type { Ground } from '../decision/ground.ts';
import { weighedOf } from '../decision/judge.ts';
import { openBooks } from '../decision/ledger.ts';
import { ANSWERS, packsInForce, packsNamed } from '../decision/packs.ts';
import { tellPacks } from '../decision/tell-packs.ts';
import { effectiveTrust } from '../trust/effective.ts';

type Fleet = {
  readonly ground: Ground;
  readonly gathered: Gathered;
  readonly provenBefore: ReadonlySet<string>;
  readonly at: Date;
};

/**
 * Has the rule packs of a licence ready to be asked about its hosts, each by the devices that count, in the caller's snapshot or unit of
 * work. Null where the licence names no pack, or nothing under it was ever proven: what never held cannot fail.
 */
export async function packsOverFleet(
  context: Context,
  view: View,
  { ground, gathered, provenBefore, at }: Fleet,
): Promise<PacksOfFleet | null> {
  const { conditions } = ground;
  if (conditions.rulePacks === 'none' || conditions.rulePacks.length === 0) return null;
  const byHost = Map.groupBy(countingOf(gathered.devices, provenBefore), ({ hostId }) => hostId);
  byHost.delete(null);
  if (byHost.size === 0) return null;
  const trust = await effectiveTrust(context, view);
  // Packs are told the totals alone.
  const nobody = { ...gathered, devices: [] };
  const books = await openBooks(view, { ground, gathered: nobody, request: { action: 'use' }, trust, at });
  const shared = {
    ...weighedOf(gathered, { action: 'use', licenceId: ground.licence.id, dryRun: true }, at),
    parties: gathered.parties.map((party) => withinGrace(party, at)),
    ledger: books.weighed,
    packs: packsNamed(trust, conditions),
  };
  const told = new Map<string, Told>();
  const tell = async (devices: readonly DeviceState[]): Promise<Told> => {
    const where = [...new Set(devices.map(({ facilityId }) => facilityId))].join(' ');
    const known =
      told.get(where) ??
      (await tellPacks(context, view, {
        ground,
        gathered: { ...gathered, devices },
        action: 'use',
        trust,
        at,
      }));
    told.set(where, known);
    return known;
  };
  const hosts: HostBasis[] = [];
  for (const [hostId, devices] of byHost) {
    const clusters = await readClusters(view, { ...gathered, devices }, { trust, at });
    const requested = devices.map(({ id }) => id);
    const weighed = { ...shared, requested, devices, clusters, told: await tell(devices) };
    hosts.push({
      hostId: hostId ?? '',
      weighed,
      conditions,
      packs: packsInForce(trust),
      answers: ANSWERS,
    });
  }
  return packsOfFleet(hosts);
}
