import type { LicenceStatus } from '../../protocol/status.ts';
import type { Context } from '../context.ts';
import { decideUnderLicence } from '../decision/decide.ts';
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
  return {
    id: licenceId,
    outcome,
    reasons,
    suspendsAt: validUntil,
    devices: { named: devices.length, allowed: devices.filter(({ allowed }) => allowed).length },
    latches: await context.store.read((view) => readHolds(view, 'licence', licenceId)),
  };
}
