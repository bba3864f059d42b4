export type AskedChips = { readonly model: string; readonly quantity: number };

const LINE = /^(\d{1,7})\s*[x×*]\s*(\S.*)$/i;

/**
 * Chips as people write them, one model a line: `8 x H100`. Empty lines say nothing.
 * @returns null for a line that is none, a number that is not whole and above zero, a model named twice, and for nothing at all
 */
export function askedChips(text: string): readonly AskedChips[] | null {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const chips: AskedChips[] = [];
  for (const line of lines) {
    const [, quantity = '', model = ''] = LINE.exec(line) ?? [];
    if (!(Number(quantity) > 0) || chips.some((chip) => chip.model === model)) return null;
    chips.push({ model, quantity: Number(quantity) });
  }
  return chips.length === 0 ? null : chips;
}
