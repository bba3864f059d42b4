import { InvalidArgumentError } from 'commander';
import { INCIDENT_KINDS, type IncidentKind } from '../../protocol/incident-kind.ts';
import { days } from '../options.ts';

type ReportDays = { readonly [K in IncidentKind]?: number };

/** `KIND=DAYS`, once for each kind: within how many days incidents of it must be reported. */
export function incidentDue(texts: readonly string[]): ReportDays | undefined {
  return Object.assign({}, ...texts.map(oneKind));
}

function oneKind(text: string): ReportDays {
  const [name, number = ''] = text.split('=');
  const kind = INCIDENT_KINDS.find((candidate) => candidate === name);
  if (kind === undefined)
    throw new InvalidArgumentError(`expected one of ${INCIDENT_KINDS.join(', ')}, = and days.`);
  return { [kind]: days(number) };
}
