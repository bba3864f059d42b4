import { formatInstant } from '../../bytes/instant.ts';
import type { LicenceStatus } from '../../protocol/status.ts';
import type { Context } from '../context.ts';
import { decideUnderLicence } from '../decision/decide.ts';
import { readLicence } from '../licence/licences.ts';
import { lookAtLicence } from '../licence/lifecycle.ts';
import type { Principal } from '../principal.ts';
import { readHolds } from './holds.ts';

/**
 * What a decision would say now, about all that the licence names; nothing is recorded.
 * @throws RequestError `not_found`
 */
export async function readLicenceStatus(
  context: Context,
  by: Principal,
  licenceId: string,
): Promise<LicenceStatus> {
  const { decision } = await decideUnderLicence(context, by, { licenceId, action: 'use', dryRun: true });
  const { outcome, reasons, validUntil, devices } = decision;
  const at = context.clock();
  return context.store.read(async (view) => {
    const licence = await readLicence(view, by, licenceId);
    const isFollowed = licence.status === 'active';
    const lifecycle = isFollowed ? (await lookAtLicence(context, view, licence, at)).lifecycle : null;
    return {
      id: licenceId,
      outcome,
      reasons,
      validUntil,
      suspendsAt: lifecycle?.suspendsAt ? formatInstant(lifecycle.suspendsAt) : null,
      cause: lifecycle?.cause ?? null,
      devices: { named: devices.length, allowed: devices.filter(({ allowed }) => allowed).length },
      latches: await readHolds(view, 'licence', licenceId),
    };
  });
}
