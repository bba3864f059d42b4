import { CollateralError } from '../errors.ts';

/**
 * Which of the evaluations that Intel serves at one time: `early` from the day of a recovery event, `standard` (Intel's default) when
 * the industry has had time to follow, or one evaluation by its number. Each keeps its own high-water mark, for a change from
 * `early` to `standard` is no attack.
 */
export type TcbChannel = 'early' | 'standard' | { readonly evaluationNumber: number };

/** @throws CollateralError `collateral_bad_setting` */
export function parseTcbChannel(text: string): TcbChannel {
  if (text === 'early' || text === 'standard') return text;
  if (/^[1-9]\d{0,5}$/.test(text)) return { evaluationNumber: Number(text) };
  throw new CollateralError('collateral_bad_setting', `${text} names no evaluation of TCB data`, {
    expected: 'standard, early, or a tcbEvaluationDataNumber',
    actual: text.slice(0, 64),
  });
}

export function channelText(channel: TcbChannel): string {
  return typeof channel === 'string' ? channel : String(channel.evaluationNumber);
}
