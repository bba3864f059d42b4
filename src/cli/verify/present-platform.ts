import { type PlatformPart, shortfallText, updateFor } from '../../appraisal/intel/shortfall.ts';
import { parts } from '../../appraisal/intel/tcb-policy.ts';
import { updateAdvice } from '../../appraisal/intel/update-advice.ts';
import type { ComponentVerdict, IntelVerdict } from '../../evidence/intel/verdict.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';

const NAMES: Readonly<Record<PlatformPart, string>> = {
  platform: 'platform',
  module: 'TDX module',
  qe: 'quoting enclave',
};

/** What Intel's documents say of a platform, so that its operator knows what to update, and how old the documents are. */
export function describePlatform(verdict: IntelVerdict): string[] {
  return [
    '',
    `${bold('Platform')}  ${statusStyle(verdict.status)(verdict.status)}${dim(`  as of ${day(verdict.tcbDate)}`)}`,
    ...parts(verdict).flatMap(([part, component]) => describePart(part, component)),
    ...advice(verdict),
    ...(verdict.advisories.length === 0
      ? []
      : [wrap(`Open to ${verdict.advisories.map(printable).join(', ')}`, '  ')]),
    '',
    ...describeCollateral(verdict),
  ];
}

function describePart(part: PlatformPart, component: ComponentVerdict): string[] {
  const { status, tcbDate, supersededOn, shortfalls } = component;
  const since = supersededOn === null ? '' : `; superseded by the level of ${day(supersededOn)}`;
  return [
    `  ${NAMES[part]}: ${statusStyle(status)(status)}, at Intel's level of ${day(tcbDate)}${since}`,
    ...shortfalls.map(
      (shortfall) =>
        `    ${red('✗')} ${printable(shortfallText(shortfall))}  ${dim(updateFor(part, shortfall))}`,
    ),
  ];
}

function advice(verdict: IntelVerdict): string[] {
  const lines = updateAdvice(verdict);
  return lines.length === 0 ? [] : ['  To do:', ...lines.map((line) => wrap(`• ${line}`, '    '))];
}

function describeCollateral({
  collateral,
  evaluationNumbers: { tcbInfo, qeIdentity },
}: IntelVerdict): string[] {
  const number = tcbInfo === qeIdentity ? `${tcbInfo}` : `${tcbInfo} (TCB Info), ${qeIdentity} (QE Identity)`;
  type Row = (typeof collateral)[number];
  return [
    `${bold('Collateral')}  evaluation ${number}`,
    table(
      [
        { title: 'document', value: ({ name }: Row) => printable(name) },
        { title: 'issued', value: ({ issuedAt }: Row) => printable(issuedAt) },
        { title: 'next update', value: ({ nextUpdate }: Row) => printable(nextUpdate) },
        { title: 'SHA-256', value: ({ sha256 }: Row) => sha256, max: 17 },
      ],
      collateral,
    ).replace(/^/gm, '  '),
  ];
}

function day(instant: string): string {
  return printable(instant.slice(0, 'YYYY-MM-DD'.length));
}

function statusStyle(status: IntelVerdict['status']): (text: string) => string {
  if (status === 'UpToDate') return green;
  return status === 'Revoked' || status.startsWith('OutOfDate') ? red : yellow;
}
