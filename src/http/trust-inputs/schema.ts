import { z } from 'zod';
import { referenceSet } from '../../appraisal/reference-set.ts';
import { rulePack } from '../../policy/packs/document.ts';
import { landmarkContent } from '../../protocol/landmark.ts';
import { retentionRuleContent } from '../../protocol/retention.ts';
import {
  anchorsContent,
  chipTableContent,
  manufacturerContent,
  publication,
  publisherContent,
  trustInputId,
} from '../../protocol/trust.ts';

/** What may be proposed: a kind and its content. */
const proposals = [
  z.strictObject({ kind: z.literal('anchors'), content: anchorsContent }),
  z.strictObject({ kind: z.literal('publisher'), content: publisherContent }),
  z.strictObject({ kind: z.literal('manufacturer'), content: manufacturerContent }),
  z.strictObject({ kind: z.literal('landmark'), content: landmarkContent }),
  z.strictObject({ kind: z.literal('rule-pack'), content: rulePack }),
  z.strictObject({ kind: z.literal('chip-table'), content: chipTableContent }),
  z.strictObject({ kind: z.literal('retention-rule'), content: retentionRuleContent }),
] as const;

export const proposal = z
  .discriminatedUnion('kind', [
    ...proposals,
    z.strictObject({
      kind: z.literal('reference-set'),
      content: referenceSet,
      publication: publication.optional().describe('With it the set takes effect at once, logged first.'),
    }),
  ])
  .describe('A new version of a trust input.');

export const previewRequest = z
  .discriminatedUnion('change', [
    z.strictObject({ change: z.literal('approve'), trustInputId }),
    z.strictObject({ change: z.literal('withdraw'), trustInputId }),
    z.strictObject({
      change: z.literal('content'),
      proposal: z.discriminatedUnion('kind', [
        ...proposals,
        z.strictObject({ kind: z.literal('reference-set'), content: referenceSet }),
      ]),
    }),
  ])
  .describe('A change to look at before it is made.');
