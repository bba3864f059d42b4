import { verifyNitroDocument } from '../../../src/evidence/nitro/index.ts';
import { type ForgedNitroOptions, forgeNitroDocument } from '../../../src/forge/nitro/document.ts';
import { anchorFromCertificate, parseCertificate } from '../../../src/pki/index.ts';

export const AT = new Date('2026-06-01T12:00:00Z');

type Input = Parameters<typeof verifyNitroDocument>[0];
type Outcome = {
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly verified: ReturnType<typeof verifyNitroDocument>['verified'];
  readonly checks: ReturnType<typeof verifyNitroDocument>['findings']['checks'];
};

export function examine(input: Input): Outcome {
  const { findings, verified } = verifyNitroDocument(input);
  const failed = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  return { failed, skipped: findings.notPerformed.map(({ id }) => id), verified, checks: findings.checks };
}

/** Forges a document and verifies it under the forge's own root, at the instant when it was made. */
export function judge(
  options: Partial<ForgedNitroOptions> = {},
  input: Partial<Omit<Input, 'document'>> = {},
): Outcome {
  const { document, pki } = forgeNitroDocument({ at: AT, ...options });
  return examine({
    document,
    anchors: [anchorFromCertificate(parseCertificate(pki.root))],
    at: AT,
    policy: 'gate',
    ...input,
  });
}
