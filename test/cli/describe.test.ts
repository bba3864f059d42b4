import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/bytes/json.ts';
import { describeDecision } from '../../src/cli/client/describe-decision.ts';
import { describePreview } from '../../src/cli/client/describe-preview.ts';
import { describeReasons } from '../../src/cli/client/describe-reasons.ts';
import { describeHostStatus } from '../../src/cli/client/describe-status.ts';
import { only, present } from '../../src/cli/client/present.ts';
import { wrap } from '../../src/cli/terminal/wrap.ts';

const digest = 'ab'.repeat(32);

const allowed = {
  outcome: 'allow',
  reasons: [],
  devices: [
    {
      id: 'dev_1',
      allowed: true,
      level: 'G2',
      label: 'G2-tpm',
      facts: null,
      serialLink: 'operator-claimed',
      waived: ['operator-claimed-serial'],
      evidenceIssuedAt: '2026-01-01T00:00:00Z',
      evidenceExpiresAt: '2026-01-01T01:00:00Z',
      reasons: [],
    },
  ],
  validUntil: '2026-01-01T01:00:00Z',
  id: 'dec_1',
  licenceId: 'lic_1',
  action: 'use',
  chips: [],
  at: '2026-01-01T00:00:01Z',
  dryRun: false,
  policy: { name: 'sextant-gate', version: '1' },
  packs: [{ name: 'base', version: '1.0.0', digest }],
  ledger: [],
  notCounted: [],
  screeningList: null,
  inputSha256: digest,
  trustInputs: [digest],
  selfApproved: true,
};

describe('an answer as a person reads it', () => {
  it('begins with the word and its end, and hides neither waivers nor self-approval', () => {
    const text = describeDecision(allowed) ?? '';
    expect(text.split('\n')[0]).toContain('ALLOW until 2026-01-01T01:00:00Z');
    expect(text).toContain('by sextant-gate 1, base 1.0.0,');
    expect(text).toContain('operator-claimed-serial');
    expect(text).toContain('approved by their own proposer');
  });

  it('is shown member by member where a newer verifier answers otherwise', async () => {
    const newer: JsonValue = { ...allowed, somethingNew: 1 };
    expect(describeDecision(newer)).toBeNull();
    expect(await present({ kind: 'described', describe: async () => describeDecision }, newer)).toContain(
      'somethingNew',
    );
  });

  it('says once what is the reason for many devices', () => {
    const reasons = [1, 2, 3, 4, 5].map((number) => ({
      code: 'evidence.absent',
      kind: 'unproven' as const,
      subject: `device:dev_${number}`,
      sentence: `There is no evidence of dev_${number}.`,
      mend: 'Attest the host.',
    }));
    const text = describeReasons(reasons).join('\n');
    expect(text.match(/evidence\.absent/g)).toHaveLength(1);
    expect(text).toContain('of 4 more');
  });

  it('shows nothing that could steer the terminal', () => {
    const clearScreen = '\u001b[2J';
    const reason = {
      code: 'a.b',
      kind: 'violated' as const,
      sentence: `x${clearScreen}`,
      mend: `y${clearScreen}`,
    };
    expect(describeReasons([reason]).join('\n')).not.toContain(clearScreen);
  });

  it('names a host that never attested, and what is held against it', () => {
    const text = describeHostStatus({
      id: 'hst_1',
      hostname: 'rack-1',
      lifecycle: 'in-service',
      enrolledAt: '2026-01-01T00:00:00Z',
      lastSession: null,
      devices: [],
      level: 'G0',
      label: 'G0',
      evidenceIssuedAt: null,
      nextAttestationDue: null,
      latches: [
        {
          id: 'lat_1',
          subject: 'host:hst_1',
          code: 'tpm.denied-value',
          sentence: 'It booted what is known to be bad.',
          since: '2026-01-01T00:00:00Z',
        },
      ],
    });
    expect(text).toContain('tpm.denied-value');
    expect(text).toContain('never attested');
  });

  it('lists which hosts a change loses, and by which value', () => {
    const difference = { field: 'pcr.sha256.7', expected: ['aa'], actual: 'bb' };
    const host = { hostId: 'hst_1', facilityId: null, differences: [difference] };
    const text = describePreview({
      epoch: 1,
      hosts: 3,
      gained: [],
      lost: [host],
      newlyDenied: [],
      truncated: false,
    });
    expect(text).toContain('Of 3 hosts this gains 0, loses 1');
    expect(text).toContain('pcr.sha256.7 is bb, allowed: aa');
  });

  it('keeps receipts for programs', async () => {
    const receipt = { leafIndex: 1, inclusionProof: [], checkpoint: 'long' };
    expect(await present({ kind: 'object' }, { id: 'x', receipt })).not.toContain('long');
  });

  it('gives one member by its path, and nothing that was not answered', () => {
    const answer = { items: [{ id: 'a' }, { id: 'b' }] };
    expect(only(answer, 'items.1.id')).toBe('b');
    for (const path of ['items.2.id', 'items.length', 'constructor', 'items.id'])
      expect(only(answer, path)).toBeNull();
  });

  it('breaks lines between words, within the width', () => {
    const lines = wrap('one two three four', '  ', 10).split('\n');
    expect(lines).toEqual(['  one two', '  three', '  four']);
  });
});
