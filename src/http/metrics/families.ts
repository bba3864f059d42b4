import { BUCKETS, type Durations } from '../../service/telemetry/durations.ts';

/** One value of a metric. Values of labels come from closed sets or from what two people approved, never from a request. */
export type Sample = { readonly labels?: { readonly [name: string]: string }; readonly value: number };

/** One metric. Without a sample it is left out: what is not known is not zero. */
export type Family = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
};

/** A metric of one value. */
export function single(type: Family['type'], name: string, help: string, value: number | null): Family {
  return { type, name, help, samples: value === null ? [] : [{ value }] };
}

/** A metric of one label. */
export function by(
  label: string,
  type: Family['type'],
  name: string,
  help: string,
  values: Iterable<readonly [label: string, value: number]>,
): Family {
  const samples = Array.from(values, ([of, value]) => ({ labels: { [label]: of }, value }));
  return { type, name, help, samples };
}

/** In Prometheus' text exposition format. */
export function exposition(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      ...heading(name, help, type),
      ...samples.map(({ labels, value }) => `${name}${written(labels)} ${value}`),
      '',
    ])
    .join('\n');
}

export function heading(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

/** The lines of one histogram, or of one route's part in it. Buckets are cumulative, as Prometheus wants them. */
export function histogramLines(name: string, labels: string, durations: Durations): string[] {
  let count = 0;
  const prefix = labels === '' ? '' : `${labels},`;
  const whole = labels === '' ? '' : `{${labels}}`;
  const buckets = [...BUCKETS, '+Inf'].map((bound, place) => {
    count += durations.byBucket[place] ?? 0;
    return `${name}_bucket{${prefix}le="${bound}"} ${count}`;
  });
  return [...buckets, `${name}_sum${whole} ${durations.seconds}`, `${name}_count${whole} ${count}`];
}

function written(labels: Sample['labels']): string {
  const pairs = Object.entries(labels ?? {}).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
