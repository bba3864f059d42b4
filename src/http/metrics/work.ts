import { COUNTED } from '../../service/telemetry/counted.ts';
import type { Tally } from '../../service/telemetry/tally.ts';
import { by, exposition, type Family, heading, histogramLines, single } from './families.ts';

const UNITS = 'sextant_store_commit_duration_seconds';
const READS = 'sextant_store_read_duration_seconds';

/** What this process did since it started. */
export function workExposition(tally: Tally): string {
  return [
    exposition([...judgements(tally), ...webhooks(tally), ...store(tally)]),
    ...heading(UNITS, 'From the asking for a unit of work to its being durable.', 'histogram'),
    ...histogramLines(UNITS, '', tally.units),
    '',
    ...heading(READS, 'Snapshots of more than one statement, waiting included.', 'histogram'),
    ...histogramLines(READS, '', tally.reads),
    '',
  ].join('\n');
}

function judgements(tally: Tally): Family[] {
  return [
    by('type', 'counter', 'sextant_acts_total', 'Acts that were logged, by type.', tally.acts),
    ...COUNTED.map((counted): Family => {
      const samples = tally.counts(counted).map(([values, value]) => ({
        labels: Object.fromEntries(counted.by.map(({ field }, place) => [field, values[place] ?? ''])),
        value,
      }));
      return { type: 'counter', name: counted.name, help: counted.help, samples };
    }),
    single(
      'counter',
      'sextant_ledger_debited_operations_e12_total',
      'Compute that leases took from licences, in 10^12 operations; what was given back is not taken off.',
      tally.debitedE12,
    ),
  ];
}

function webhooks({ delivered, deliveriesFailed, webhooksDisabled }: Tally): Family[] {
  return [
    by('result', 'counter', 'sextant_webhook_attempts_total', 'Attempts to deliver an event, by result.', [
      ['delivered', delivered],
      ['failed', deliveriesFailed],
    ]),
    single(
      'counter',
      'sextant_webhooks_disabled_total',
      'Webhooks that were given up, for they failed too long or their principal is no more.',
      webhooksDisabled,
    ),
  ];
}

function store({ waiting, failures }: Tally): Family[] {
  return [
    single('gauge', 'sextant_store_units_waiting', 'Units of work that wait for their commit.', waiting),
    by(
      'code',
      'counter',
      'sextant_store_failures_total',
      'Units of work and snapshots that the store did not serve, by code.',
      Object.entries(failures),
    ),
  ];
}
