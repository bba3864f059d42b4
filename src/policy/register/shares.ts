import { type DeviceRecord, standingAt } from './device-state.ts';

/** How many devices of a delivery count, and as what. */
export type Tally = { readonly devices: number; readonly verified: number; readonly missing: number };

const DAY_MS = 86_400_000;

/** A device with the day of its declaration. */
export type Delivered = { readonly record: DeviceRecord; readonly declaredAt: Date };

/**
 * Counts what was delivered. What is on its way and not yet due does not count, and neither does what has been returned, transferred or
 * retired. A device that nobody shipped counts as not verified once a shipment of its first day would be due: whoever delivers
 * without saying so gains nothing. A device in maintenance counts by its newest proof.
 */
export function tally(delivered: Iterable<Delivered>, at: Date): Tally {
  const counted = { devices: 0, verified: 0, missing: 0 };
  for (const one of delivered) {
    const what = countsAs(one, at);
    if (what === null) continue;
    counted.devices += 1;
    if (what !== 'unproven') counted[what] += 1;
  }
  return counted;
}

function countsAs({ record, declaredAt }: Delivered, at: Date): 'verified' | 'missing' | 'unproven' | null {
  const { state } = standingAt(record, at);
  switch (state) {
    case 'verified':
    case 'missing':
      return state;
    case 'due':
      return 'unproven';
    case 'maintenance':
      return standingAt({ ...record, maintenance: null }, at).state === 'verified' ? 'verified' : 'unproven';
    case 'declared':
      // An instant that is none compares false, and counts.
      return at.getTime() < declaredAt.getTime() + record.dueAfterDays * DAY_MS ? null : 'unproven';
    case 'shipped':
    case 'returned':
    case 'transferred':
    case 'retired':
      return null;
  }
}

/** Whole per cent, rounded against whoever asks. Where nothing was delivered, nothing is unverified and nothing missing. */
export type Shares = { readonly verifiedSharePercent: number; readonly missingSharePercent: number };

export function sharesOf({ devices, verified, missing }: Tally): Shares {
  if (devices === 0) return { verifiedSharePercent: 100, missingSharePercent: 0 };
  return {
    verifiedSharePercent: Math.floor((100 * verified) / devices),
    missingSharePercent: Math.ceil((100 * missing) / devices),
  };
}
