/**
 * What an audit can find wrong, each by its own code (docs/audit.md). Codes are API: whoever is paged by one must be able to
 * look it up.
 */
export const AUDIT_CODES = {
  'log.signature': 'a checkpoint is not signed by the log’s key',
  'log.key-changed': 'the log now goes by another key than it was known by',
  'log.unwitnessed': 'fewer witnesses than asked for have cosigned the checkpoint',
  'log.rolled-back': 'the log has fewer leaves than a checkpoint that it signed',
  'log.forked': 'the log does not begin as a checkpoint that it signed says',
  'log.origin-unexplained': 'the log goes by another name than it did, and does not show why',
  'log.tile-absent': 'a tile of the tree is not there',
  'log.tile-altered': 'a tile is not of the tree that was signed',
  'log.leaf-altered': 'an entry is not the one that its leaf was made of',
  'log.leaf-removed': 'an entry is gone though the tree has its leaf',
  'log.leaves-reordered': 'an entry stands in the place of another',
  'log.time-reversed': 'an act is dated before its predecessor',
  'act.altered': 'an act is not the one that its leaf was made of',
  'receipt.invalid': 'a receipt does not prove what it says',
  'appraisal.absent': 'a recorded appraisal is not kept',
  'appraisal.altered': 'a kept appraisal is not the one that was recorded',
  'appraisal.unrecorded': 'an appraisal is kept that the log does not know',
  'appraisal.diverges': 'judged again by what it was judged by, evidence comes out otherwise',
  'evidence.absent': 'the evidence of an appraisal is gone',
  'evidence.altered': 'kept evidence has not the digest under which it is kept',
  'evidence.swapped': 'an appraisal points at other evidence than was recorded',
  'inputs.absent': 'what an appraisal was judged by is not kept',
  'inputs.altered': 'what an appraisal was judged by is not what was recorded',
  'document.absent': 'a document that an appraisal rests on is gone',
  'document.altered': 'a kept document has not the digest under which it is kept',
  'trust-input.absent': 'a trust input that a result cites is not kept',
  'trust-input.altered': 'a kept trust input has not the digest that was recorded',
  'trust-input.ended': 'a trust input that acts put in force is in force no more, and no act ended it',
  'trust-input.unrecorded': 'a trust input is in force that the log never put in force',
  'decision.absent': 'a recorded decision is not kept',
  'decision.altered': 'a kept decision is not the one that was recorded',
  'decision.unrecorded': 'a decision is kept that the log does not know',
  'decision.without-evidence': 'a decision allows on evidence that is not there',
  'decision.diverges': 'decided again on what was weighed, a decision comes out otherwise',
  'usage.diverges': 'judged again by what it was judged by, a report of usage comes out otherwise',
  'challenge.diverges':
    'drawn again, an order of challenges draws other devices, or was not drawn as it was ordered',
  'deletion.unexplained': 'something was deleted that no rule of the time explains',
  'deletion.held': 'something was deleted though somebody held it',
  'deletion.absent': 'the list of what was deleted by rule is gone',
  'deletion.altered': 'the list of what was deleted by rule is not the one that was recorded',
  'state.absent': 'what an act brought about is not there',
  'state.altered': 'what an act brought about is not as the act says',
  'state.unrecorded': 'something stands in the database that no act brought about',
  'books.unbalanced': 'a balance of the ledger is not the sum of its entries',
  'key.unrecorded': 'a signing key is in use that the log does not know',
} as const;

export type AuditCode = keyof typeof AUDIT_CODES;

/** One thing that does not hold. */
export type Finding = {
  readonly code: AuditCode;
  /** What it is about: `leaf 12`, `tile/0/003`, `session ses_…`. */
  readonly subject: string;
  readonly sentence: string;
  readonly expected?: string;
  readonly actual?: string;
};

/** @param more what was expected and found instead */
export function finding(
  code: AuditCode,
  subject: string,
  more: { readonly expected?: string; readonly actual?: string; readonly because?: string } = {},
): Finding {
  const { because, ...rest } = more;
  const sentence = `${subject}: ${AUDIT_CODES[code]}${because === undefined ? '' : ` (${because})`}`;
  return { code, subject, sentence, ...rest };
}
