import type { BundleDevice } from '../../evidence/bundle/devices.ts';
import { CheckList } from '../../evidence/check.ts';

/** A GPU or switch of the register. */
export type RegisteredDevice = {
  readonly id: string;
  readonly kind: 'gpu' | 'switch';
  /** SHA-256 of the chip's key; null for one that is known by its serial number alone. */
  readonly identity: string | null;
  readonly model: string | null;
  /** Whether it is one of this host's; else it is declared at the host's facility, and was in the evidence. */
  readonly linked: boolean;
};

/** What is known of a host's GPUs and switches before its evidence is looked at. */
export type Inventory = {
  readonly registered: readonly RegisteredDevice[];
  /**
   * By chip: `contested` where another host has freshly proven it, `contradicted` where both have done so again since they
   * were challenged.
   */
  readonly elsewhere: ReadonlyMap<string, 'contested' | 'contradicted'>;
};

/** Of a host of which the register knows no GPU and no switch. */
export const NO_INVENTORY: Inventory = { registered: [], elsewhere: new Map() };

/**
 * `devices.missing`, `devices.extra` and `devices.count`: whether what was shown is what is registered for the host. A device
 * that is known by its chip is missing or it is not; of those that are known by serial numbers alone nothing but their
 * number can be compared. None of the three takes anything from a device that proved itself.
 *
 * A device that was there and failed is not missing: it has reasons of its own.
 */
export function checkInventory(shown: readonly BundleDevice[], { registered }: Inventory): CheckList {
  const checks = new CheckList();
  const linked = registered.filter(({ linked: isLinked }) => isLinked);
  if (linked.length === 0) {
    if (shown.length > 0) checks.skip('devices.extra', 'the register names no GPU or switch of this host');
    return checks;
  }
  if (shown.length === 0 && linked.every(({ identity }) => identity === null)) {
    checks.skip('devices.count', 'no GPU or switch of this host attests itself');
    return checks;
  }
  const named = new Set(shown.map(({ described }) => described?.identity));
  const missing = linked.filter(({ identity }) => identity !== null && !named.has(identity));
  for (const { id } of missing) {
    checks.expect('devices.missing', false, 'in the evidence', 'not in it', `device:${id}`);
  }
  if (missing.length === 0) {
    checks.expect('devices.missing', true, 'every registered chip', `${linked.length} registered`);
  }
  for (const kind of ['gpu', 'switch'] as const) checkKind(checks, kind, shown, registered);
  return checks;
}

/** Chips that nobody declared, against places for devices whose chip nobody declared. */
function checkKind(
  checks: CheckList,
  kind: 'gpu' | 'switch',
  shown: readonly BundleDevice[],
  registered: readonly RegisteredDevice[],
): void {
  const known = new Set(registered.map(({ identity }) => identity));
  const strangers = shown.filter(
    ({ evidence }) => evidence !== null && evidence.chip.kind === kind && !known.has(evidence.identity),
  );
  const open = registered.filter((one) => one.linked && one.kind === kind && one.identity === null);
  const expected = `${open.length} besides those that are known by their chips`;
  const labels = strangers.map(({ label }) => label).join(', ');
  if (strangers.length > open.length) {
    checks.expect('devices.extra', false, expected, `${strangers.length}: ${labels}`, `kind:${kind}`);
  } else if (strangers.length < open.length) {
    checks.expect('devices.count', false, expected, `${strangers.length}`, `kind:${kind}`);
  } else if (open.length > 0) {
    checks.expect('devices.count', true, expected, `${strangers.length}: ${labels}`, `kind:${kind}`);
  }
}
