import { existsSync } from 'node:fs';
import { openFolderCache } from '../../collateral/cache/folder.ts';
import { isForgotten } from '../../collateral/freshness.ts';
import { keyText } from '../../collateral/port.ts';
import type { CollateralSettings } from '../../collateral/settings.ts';
import type { Witness } from '../../service/witness/witness.ts';
import { type Finding, ok, problem, skipped, warning, wordsOf } from './finding.ts';

const TIMEOUT_MS = 10_000;
const DAY_MS = 86_400_000;
/** Far more than evidence's dates bear, far less than a time zone. */
const CLOCK_OFF_MS = 30_000;

/** Vendors, each by a request that asks for nothing: any answer shows the way there. Their dates tell of this machine's clock. */
export async function examineVendors({ intel, amd, nvidia, mode }: CollateralSettings): Promise<Finding[]> {
  if (mode === 'offline')
    return [skipped('vendors', 'offline: none is ever asked'), skipped('clock.vendor', 'no vendor is asked')];
  const addresses = [
    ['intel', intel.base],
    ['amd', amd.base],
    ['nvidia-rim', nvidia.rim],
    ['nvidia-ocsp', nvidia.ocsp],
  ] as const;
  const asked = await Promise.all(addresses.map(([name, url]) => askVendor(`vendor.${name}`, String(url))));
  return [
    ...asked.map(({ finding }) => finding),
    clockBy(asked.flatMap(({ offMs }) => (offMs === null ? [] : [offMs]))),
  ];
}

async function askVendor(id: string, url: string): Promise<{ finding: Finding; offMs: number | null }> {
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const date = Date.parse(response.headers.get('date') ?? '');
    return { finding: ok(id, `${url} answers`), offMs: Number.isNaN(date) ? null : Date.now() - date };
  } catch (error) {
    const mend =
      'Let this machine out to it, name a mirror (docs/configuration.md), or import and run --collateral offline.';
    return { finding: warning(id, `${url} is not reached: ${wordsOf(error)}`, mend), offMs: null };
  }
}

function clockBy(offsMs: readonly number[]): Finding {
  const id = 'clock.vendor';
  // The one in the middle: a single server's clock proves nothing of ours.
  const offMs = offsMs.toSorted((a, b) => a - b)[offsMs.length >> 1];
  if (offMs === undefined) return skipped(id, 'no vendor told its date');
  const says = `${Math.abs(Math.round(offMs / 1000))} s ${offMs < 0 ? 'behind' : 'ahead of'} vendors’ dates`;
  return Math.abs(offMs) <= CLOCK_OFF_MS
    ? ok(id, says)
    : problem(id, says, 'Set the clock (chrony, systemd-timesyncd).');
}

const SOON_DAYS = 7;

/** What vendors published that ends soon, or has ended: a running verifier that may ask renews it by itself. */
export async function examineCollateral(
  folder: string,
  mode: CollateralSettings['mode'],
  now: Date,
): Promise<Finding> {
  const id = 'collateral';
  if (!existsSync(folder)) return skipped(id, 'nothing is kept yet');
  const damaged: string[] = [];
  const cache = await openFolderCache(folder, ({ key }) => void damaged.push(String(key)));
  const documents = (await cache.list()).filter((document) => !isForgotten(document, now));
  if (damaged.length > 0)
    return problem(
      id,
      `damaged: ${damaged.join(', ')}`,
      'Fetch or import them again: sextant collateral --help.',
    );
  const endsWithin = (days: number): string[] =>
    documents
      .filter(({ nextUpdate }) => nextUpdate !== null && nextUpdate.getTime() - now.getTime() < days * DAY_MS)
      .map(({ key }) => keyText(key));
  const [ended, ending] = [endsWithin(0), endsWithin(SOON_DAYS)];
  const offline = mode === 'offline';
  const mend = offline
    ? 'Carry new ones over: sextant collateral export, import.'
    : 'A running verifier renews them; see its log for collateral.*';
  if (ended.length > 0)
    return (offline ? problem : warning)(
      id,
      `${ended.length} of ${documents.length} documents have ended: ${some(ended)}`,
      mend,
    );
  if (offline && ending.length > 0)
    return warning(id, `${ending.length} end within ${SOON_DAYS} days: ${some(ending)}`, mend);
  return ok(id, `${documents.length} documents, none has ended`);
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ');
}

/** Witnesses, by a request that none takes for a checkpoint: any answer but the server's own failure shows that one is there. */
export async function examineWitnesses(witnesses: readonly Witness[]): Promise<Finding[]> {
  if (witnesses.length === 0)
    return [skipped('witness', 'none is given: nobody but this verifier vouches for the log')];
  return Promise.all(
    witnesses.map(async ({ url, verifier }) => {
      const mend = 'Ask whoever runs it; acts are acknowledged meanwhile, and cosigned later.';
      try {
        const { status } = await fetch(url, {
          method: 'POST',
          body: '',
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (status < 500) return ok('witness', `${verifier.name} answers`);
        return warning('witness', `${verifier.name} answers ${status}`, mend);
      } catch (error) {
        return warning('witness', `${verifier.name} is not reached: ${wordsOf(error)}`, mend);
      }
    }),
  );
}
