import { parseJson } from '../../../src/bytes/json.ts';
import { signReceipt, verifyReceipt as verifyLandmarkReceipt } from '../../../src/location/probe/index.ts';
import { type ShownGrant, verifyGrant } from '../../../src/record/grant/index.ts';
import { verifyReceipt } from '../../../src/record/index.ts';
import { landmark, receiptContext, receiptFor } from '../../location/probe/parties.ts';
import { POLICY, shown } from '../../record/grant/shown.ts';
import { type Altered, altered } from './altered.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** What a host shows a license server: grant, status list and receipt, one changed at a time. */
export async function grants(): Promise<Altered[]> {
  const whole = await shown();
  const { grant, statusList, receipt } = whole;
  const judged = (change: Partial<ShownGrant>): unknown => {
    const { accepted, claims, checks } = verifyGrant({ ...whole, ...change }, POLICY);
    return accepted ? { claims, checks } : null;
  };
  return [
    altered('verifyGrant: the grant', bytesOf(grant), (bytes) => judged({ grant: textOf(bytes) })),
    altered('verifyGrant: the status list', bytesOf(statusList ?? ''), (bytes) =>
      judged({ statusList: textOf(bytes) }),
    ),
    altered('verifyGrant: the receipt', bytesOf(JSON.stringify(receipt)), (bytes) =>
      judged({ receipt: parseJson(bytes) }),
    ),
  ];
}

/** A receipt by itself, as whoever holds one checks it against the log's key. */
export async function logReceipts(): Promise<Altered[]> {
  const { receipt } = await shown();
  const { log } = POLICY.log;
  const proven = (bytes: Uint8Array): unknown => verifyReceipt(parseJson(bytes), log);
  return [altered('verifyReceipt: of the log', bytesOf(JSON.stringify(receipt)), proven)];
}

/** What a landmark signed of a host. */
export function landmarkReceipts(): Altered[] {
  const judged = (bytes: Uint8Array): unknown => {
    const { bound, receipt } = verifyLandmarkReceipt(bytes, receiptContext());
    return bound === null ? null : { bound, receipt };
  };
  return [altered('verifyReceipt: of a landmark', signReceipt(receiptFor(), landmark.key), judged)];
}
