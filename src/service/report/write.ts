import { canonicalJson } from '../../bytes/canonical-json.ts';
import { plainJson } from '../../bytes/plain-json.ts';
import { REPORT_AFTER, REPORT_BEFORE, REPORT_END } from '../../record/report/parse.ts';
import { Counted, countStanding } from '../../record/report/totals.ts';
import type { Context } from '../context.ts';
import type { OpenReport } from './open.ts';
import { decisionsOf, grantsOf } from './pages.ts';
import { DetachedSignature } from './sign.ts';

/** Text of so many characters goes out at once. */
const PIECE = 64 * 1024;

/**
 * A report as it is signed, in pieces: canonical JSON (RFC 8785), written and hashed as it is read, and the signature behind it. Of a report that was
 * cut off nothing verifies.
 */
export async function* writeReport(context: Context, report: OpenReport): AsyncGenerator<string> {
  const signature = new DetachedSignature(context.keys.report.signing(context.clock()));
  yield REPORT_BEFORE;
  let piece = '';
  for await (const text of reportText(context, report)) {
    signature.update(text);
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}${REPORT_AFTER}${signature.end()}${REPORT_END}`;
}

/** The members in canonical order, lists item by item. */
async function* reportText(context: Context, report: OpenReport): AsyncGenerator<string> {
  const counted = new Counted(report.inventoryAt);
  const names = [...Object.keys(report), 'decisions', 'grants', 'totals'].sort();
  for (const [place, name] of names.entries()) {
    yield `${place === 0 ? '{' : ','}${canonicalJson(name)}:`;
    switch (name) {
      case 'decisions':
        yield* list(decisionsOf(context, report), (leaf) => counted.decision(leaf));
        break;
      case 'grants':
        yield* list(grantsOf(context, report), (grant) => counted.grant(grant));
        break;
      case 'totals': {
        const { decisions, grants } = counted;
        yield canonical({ ...countStanding(report), decisions, grants });
        break;
      }
      case 'devices':
        yield* list(report.devices, () => {});
        break;
      default:
        yield canonical(report[name as keyof OpenReport]); // one of its own keys
    }
  }
  yield '}';
}

async function* list<Row>(
  rows: Iterable<Row> | AsyncIterable<Row>,
  note: (row: Row) => void,
): AsyncGenerator<string> {
  let before = '[';
  for await (const row of rows) {
    note(row);
    yield `${before}${canonical(row)}`;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function canonical(value: unknown): string {
  return canonicalJson(plainJson(value));
}
