import { z } from 'zod';
import type { TcbVersion } from '../../evidence/amd/evidence.ts';

const svn = z.int().min(0).max(255).optional();

/** Lowest security patch levels; what is left out may be anything. */
export const tcbMinimum = z
  .strictObject({
    fmc: svn.describe('Turin alone has one.'),
    bootLoader: svn,
    tee: svn,
    snp: svn,
    microcode: svn,
  })
  .describe('Lowest security version numbers of the parts of a TCB.');
export type TcbMinimum = z.infer<typeof tcbMinimum>;

const PARTS = ['fmc', 'bootLoader', 'tee', 'snp', 'microcode'] as const;

/** The parts of `tcb` that are below `minimum`; a part that it does not have is below any. */
export function below(tcb: TcbVersion, minimum: TcbMinimum | TcbVersion): readonly string[] {
  return PARTS.filter((part) => {
    const least = minimum[part] ?? null;
    return least !== null && (tcb[part] ?? -1) < least;
  });
}

export function equalTcb(a: TcbVersion, b: TcbVersion): boolean {
  return PARTS.every((part) => a[part] === b[part]);
}

/** `at least snp 24, microcode 219`. */
export function minimumText(minimum: TcbMinimum): string {
  const text = tcbText(minimum);
  return text === '' ? 'no minimum' : `at least ${text}`;
}

/** `bootLoader 4, tee 0, snp 24, microcode 219`. */
export function tcbText(tcb: TcbVersion | TcbMinimum): string {
  const named = PARTS.flatMap((part) => ((tcb[part] ?? null) === null ? [] : [`${part} ${tcb[part]}`]));
  return named.join(', ');
}
