/** A purpose as it is compared and as accounts are named by it: not by case, width of characters or the spaces around. */
export function foldedPurpose(purpose: string): string {
  return purpose.normalize('NFKC').trim().toLowerCase();
}
