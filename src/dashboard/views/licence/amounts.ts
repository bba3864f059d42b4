const SUPERSCRIPT = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const E12 = 12;
const DIGITS = 4;

/** An amount in 10^12 operations, as operations: `3.42 × 10²⁰`. Rounded to four digits: for people to compare, not to add up. */
export function operations(amountE12: number): string {
  if (amountE12 === 0) return '0';
  const [mantissa = '0', exponent = '0'] = amountE12.toExponential(DIGITS - 1).split('e');
  const power = String(Number(exponent) + E12).replace(/\d/g, (digit) => SUPERSCRIPT[Number(digit)] ?? '');
  return `${Number(mantissa)} × 10${power}`;
}
