import { type Check, CheckList } from '../check.ts';
import { parseTpmsAttestQuote } from '../tpm/attest.ts';
import { committedItems, itemsBefore, listed } from './committed-items.ts';
import type { Bundle } from './read-bundle.ts';

const TPM_STAGE = 2;

/**
 * What was found of a quote, with `tpm.quote.items` in the place of `tpm.quote.extra-data` where the quote commits to this very
 * binding, but not to the GPUs' evidence beside it: somebody put a device's evidence beside a TPM, or Azure's virtual one, that
 * knows nothing of it.
 */
export function retoldItems(
  { bindingItem, items }: Pick<Bundle, 'bindingItem' | 'items'>,
  quote: Uint8Array,
  found: readonly Check[],
): readonly Check[] {
  const isExtraData = ({ id, status }: Check): boolean => id === 'tpm.quote.extra-data' && status === 'fail';
  const before = itemsBefore(TPM_STAGE, [...items.values()]);
  if (before.length === 0 || !found.some(isExtraData)) return found;
  const { extraData } = parseTpmsAttestQuote(quote);
  const known = committedItems('tpm-extra-data', extraData, bindingItem.value, before);
  if (known === null) return found;
  const retold = new CheckList();
  retold.expect('tpm.quote.items', false, listed(before), listed(known));
  return [...found.filter((check) => !isExtraData(check)), ...retold.checks];
}
