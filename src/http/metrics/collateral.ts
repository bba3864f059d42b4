import { Gauge, type Registry } from 'prom-client';
import { type CollateralStatus, VENDORS, type VendorName } from '../../collateral/source.ts';

/**
 * What the verifier has of vendors' documents, and how the vendors answer. Readiness does not ask: an outage of Intel or AMD
 * must not take every verifier out of service for hosts that need neither; alerts belong here.
 */
export function registerCollateral(registry: Registry, status: () => CollateralStatus): void {
  const registers = [registry];
  new Gauge({
    name: 'sextant_collateral_documents',
    help: "Vendors' dated documents in use: current, due for renewal among them, expired.",
    labelNames: ['state'],
    registers,
    collect() {
      const { current, due, expired } = status().documents;
      this.set({ state: 'current' }, current);
      this.set({ state: 'due' }, due);
      this.set({ state: 'expired' }, expired);
    },
  });
  new Gauge({
    name: 'sextant_collateral_next_expiry_timestamp_seconds',
    help: 'The earliest nextUpdate of a current document; 0 without any.',
    registers,
    collect() {
      this.set((status().nextExpiry?.getTime() ?? 0) / 1000);
    },
  });
  const perVendor = (name: string, help: string, value: (vendor: VendorName) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['vendor'],
      registers,
      collect() {
        for (const vendor of VENDORS) this.set({ vendor }, value(vendor));
      },
    });
  };
  const of = (vendor: VendorName) => status().vendors[vendor];
  perVendor('sextant_collateral_requests', 'Requests to a vendor since the start.', (it) => of(it).requests);
  perVendor('sextant_collateral_failures', 'Those of them that failed.', (it) => of(it).failures);
  perVendor('sextant_collateral_queued', 'Requests that wait for their turn.', (it) => of(it).queued);
  perVendor('sextant_collateral_failing', '1 where the last requests failed.', (it) =>
    of(it).state === 'failing' ? 1 : 0,
  );
}
