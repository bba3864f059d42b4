import { CollateralError } from '../../collateral/errors.ts';
import { metadataOf } from '../../collateral/metadata.ts';
import { type CollateralMetadata, keyText } from '../../collateral/port.ts';
import type { FetchLimits, SnpNeed } from '../../collateral/source.ts';
import type { SnpProduct } from '../../evidence/amd/evidence.ts';
import { EXIT, UsageError } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';
import type { CollateralFlags } from './flags.ts';
import { type Need, needOf } from './needs.ts';
import { fetchNvidia } from './nvidia-outcomes.ts';
import { type Opened, openCollateral } from './open.ts';
import type { Outcome } from './outcome.ts';

export type FetchFlags = CollateralFlags & {
  readonly for: readonly string[];
  readonly intel: readonly string[];
  readonly tee: 'tdx' | 'sgx';
  readonly ca: 'platform' | 'processor';
  readonly amd: readonly SnpProduct[];
  readonly rim: readonly string[];
  readonly nras?: boolean;
  readonly timeout: number;
};

/** Fetches all that the flags name, prints what is at hand and what is not, and answers the exit status. @throws UsageError, FormatError */
export async function fetchAll(flags: FetchFlags): Promise<number> {
  const opened = await openCollateral(flags);
  const needs = [
    ...flags.for.map((path) => needOf(path, opened.trust, flags.amd[0], new Date())),
    ...named(flags),
  ];
  if (needs.length === 0 && flags.amd.length === 0 && flags.nras !== true) {
    throw new UsageError(
      'usage',
      'nothing to fetch was named',
      'Name evidence with --for, or what it needs with --intel, --amd, --rim or --nras.',
    );
  }
  const timeoutMs = flags.timeout * 1000;
  const outcomes: Outcome[] = [];
  for (const need of needs) outcomes.push(...(await fetchOne(need, opened, timeoutMs)));
  for (const product of flags.amd) {
    // With the chain that judges it: all that VCEKs need besides a chip's own.
    outcomes.push(await fetchCrl({ kind: 'vcek', product }, opened, timeoutMs));
    outcomes.push(...(await fetchOne({ vendor: 'amd', need: { kind: 'vlek', product } }, opened, timeoutMs)));
  }
  if (flags.nras === true) {
    const keys = async (limits: FetchLimits) => [metadataOf(await opened.collateral.nrasKeys([], limits))];
    outcomes.push(await attempt('NVIDIA attestation service keys', keys, { timeoutMs, renew: true }));
  }
  if (flags.json === true) {
    const printed = outcomes.map(({ what, documents, failure }) => ({
      what,
      documents,
      error: failure && { code: failure.code, message: failure.message },
    }));
    process.stdout.write(`${JSON.stringify({ outcomes: printed, events: opened.events }, null, 2)}\n`);
  } else {
    process.stdout.write(describe(outcomes, opened));
  }
  return outcomes.some(({ failure }) => failure !== null) ? EXIT.refused : EXIT.ok;
}

function named({ intel, tee, ca, rim }: FetchFlags): Need[] {
  const manifests: Need[] = rim.length === 0 ? [] : [{ vendor: 'nvidia', need: { rimIds: rim, paths: [] } }];
  return [
    ...intel.map((fmspc): Need => ({ vendor: 'intel', need: { tee, fmspc: fmspc.toLowerCase(), ca } })),
    ...manifests,
  ];
}

async function fetchOne(need: Need, opened: Opened, timeoutMs: number): Promise<Outcome[]> {
  const { collateral } = opened;
  if (need.vendor === 'intel') {
    const { tee, fmspc } = need.need;
    const intel = async (limits: FetchLimits) => (await collateral.intel(need.need, limits)).provenance;
    return [await attempt(`Intel ${tee} ${fmspc}`, intel, { timeoutMs, renew: true })];
  }
  if (need.vendor === 'nvidia') return fetchNvidia(need.need, opened, timeoutMs);
  const { kind, product } = need.need;
  const certificates = async (limits: FetchLimits) =>
    (await collateral.snpCertificates(need.need, limits)).provenance;
  return [
    // Never asked for again: KDS throttles, and they do not change.
    await attempt(`AMD ${product} ${kind} certificates`, certificates, { timeoutMs }),
    await fetchCrl({ kind, product }, opened, timeoutMs),
  ];
}

function fetchCrl(
  need: Pick<SnpNeed, 'kind' | 'product'>,
  { collateral }: Opened,
  timeoutMs: number,
): Promise<Outcome> {
  const crl = async (limits: FetchLimits) => [(await collateral.snpCrl(need, limits)).provenance];
  return attempt(`AMD ${need.product} ${need.kind} revocation list`, crl, { timeoutMs, renew: true });
}

async function attempt(
  what: string,
  work: (limits: FetchLimits) => Promise<readonly CollateralMetadata[]>,
  limits: FetchLimits,
): Promise<Outcome> {
  try {
    return { what, documents: await withProgress(`fetching ${what}`, () => work(limits)), failure: null };
  } catch (error) {
    if (!(error instanceof CollateralError)) throw error;
    return { what, documents: [], failure: error };
  }
}

function describe(outcomes: readonly Outcome[], { events, folder }: Opened): string {
  const lines = outcomes.flatMap(({ what, documents, failure }) => {
    if (failure !== null) {
      const reason = wrap(printable(failure.message), '    ');
      return [`${red('✗')} ${bold(what)} ${failure.code}`, reason, ...retry(failure)];
    }
    return [`${green('✓')} ${bold(what)}`, ...documents.map(describeDocument)];
  });
  const failed = new Set(outcomes.map(({ failure }) => failure?.message));
  const warnings = events
    .filter(({ event, reason }) => event === 'collateral.refused' && !failed.has(reason ?? ''))
    .map(({ key, code, reason }) => `${yellow('!')} ${printable(key)} ${code}: ${printable(reason ?? '')}`);
  return `${[...lines, ...warnings, dim(`kept in ${folder}`)].join('\n')}\n`;
}

function describeDocument({ key, nextUpdate, evaluationNumber, source }: CollateralMetadata): string {
  const until = nextUpdate === null ? 'kept' : `until ${nextUpdate.toISOString().slice(0, 10)}`;
  const number = evaluationNumber === null ? '' : `, evaluation ${evaluationNumber}`;
  const name = keyText(key).replace(/[0-9a-f]{64,}/, (id) => `${id.slice(0, 16)}…`);
  return `    ${name}  ${dim(`${until}${number}, from ${URL.parse(source)?.host ?? source}`)}`;
}

function retry({ retryAfterMs }: CollateralError): string[] {
  return retryAfterMs === undefined || retryAfterMs < 1000
    ? []
    : [dim(`    asking again can help in ${Math.ceil(retryAfterMs / 1000)} s`)];
}
