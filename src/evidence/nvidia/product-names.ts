/**
 * What products with a chip are called, in words that stand in product names (`NVIDIA H100 80GB HBM3`, `HGX-B200`). The
 * certificate names the chip; which products it is sold in nothing signed says, so that several names may be right.
 */
const PRODUCTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['GH100', ['H100', 'H200', 'H800', 'H20', 'GH200']],
  ['GB100', ['B100', 'B200', 'GB200']],
  ['LS10', ['NVSWITCH']],
]);

/** Every name that a declaration may give the chip, its own first. */
export function productNames(chip: string): readonly string[] {
  return [chip, ...(PRODUCTS.get(chip) ?? [])];
}

/**
 * Whether a declared model is one of a chip's names: a word of it is, and no word is another chip's. A name that nothing is
 * known of is none: whoever declares a model declares one that can be held against the evidence.
 */
export function isModelOf(declared: string, chip: string): boolean {
  const words = declared.toUpperCase().split(/[^A-Z0-9]+/);
  const own = productNames(chip);
  const others = [...PRODUCTS.keys()].filter((other) => other !== chip).flatMap(productNames);
  return words.some((word) => own.includes(word)) && !words.some((word) => others.includes(word));
}
