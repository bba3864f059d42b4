import { canonicalDigest } from '../../evidence/digest.ts';
import { finding } from '../../record/audit/findings.ts';
import type { RecordSource } from './source.ts';
import type { Tally } from './tally.ts';

type Named = { readonly name: string; readonly sha256: string; readonly purpose: string };

/** Text that is kept by its digest; null where it is not, which is then told. */
export async function keptText(
  { weighed }: Pick<RecordSource, 'weighed'>,
  { name, sha256, purpose }: Named,
  tally: Tally,
): Promise<string | null> {
  const text = await weighed(sha256);
  const actual = text === undefined ? undefined : canonicalDigest(purpose, text);
  if (text !== undefined && actual === sha256) return text;
  const code = actual === undefined ? 'inputs.absent' : 'inputs.altered';
  tally.found(finding(code, name, { expected: sha256, actual: actual ?? 'nothing' }));
  return null;
}
