import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeJudgement } from '../../src/cli/verify/present.ts';
import type { Judgement } from '../../src/policy/judge.ts';
import { intelVerdict, LATE, snpState, tdxState, value } from '../appraisal/tee/states.ts';

const judgement: Judgement = {
  format: 'intel-tdx',
  authentic: true,
  accepted: false,
  policy: 'gate',
  appraisal: null,
  weaknesses: [],
  checks: [],
  notPerformed: [],
};
const shown = (changed: Partial<Judgement>): string =>
  stripVTControlCharacters(describeJudgement('quote.bin', { ...judgement, ...changed }));

describe('a judgement as an operator reads it', () => {
  const verdict = intelVerdict({ platform: LATE, status: 'OutOfDate' });
  const text = shown({ verdict, tcbStatus: verdict.status });

  it('says which component of an Intel platform has what, needs what and is updated how', () => {
    expect(text).toContain('Platform  OutOfDate');
    expect(text).toContain(
      "platform: OutOfDate, at Intel's level of 2024-03-13; superseded by the level of 2025-05-14",
    );
    expect(text).toContain('✗ sgxtcbcomponents[3] needs 7, has 5 (BIOS)  update the BIOS');
    expect(text).toContain(
      '✗ tdxtcbcomponents[0] needs 5, has 3 (OS/VMM: TDX Module)  update the TDX module',
    );
    expect(text).toContain("quoting enclave: UpToDate, at Intel's level of 2025-05-14\n");
    expect(text).toContain(
      'To do:\n    • update the BIOS\n    • update the TDX module\n    • then have the host fetch its new PCK certificate',
    );
    expect(text).toContain('Open to INTEL-SA-00837');
  });

  it('says what the judgement rests on and how old that is', () => {
    expect(text).toContain('Collateral  evaluation 19');
    expect(text).toMatch(/tcbInfo\s+2026-02-20T00:00:00Z\s+2026-03-22T00:00:00Z\s+1{16}…/);
    const apart = intelVerdict({ evaluationNumbers: { tcbInfo: 18, qeIdentity: 17 } });
    expect(shown({ verdict: apart })).toContain('evaluation 18 (TCB Info), 17 (QE Identity)');
  });

  it('says where the documents that are missing come from, and only then', () => {
    const hint = 'sextant collateral fetch --for quote.bin';
    const check = (id: string, actual: string) => ({ id, status: 'fail', expected: '', actual }) as const;
    expect(shown({ checks: [check('intel.crl.pck.present', 'there is none')] })).toContain(hint);
    expect(shown({ checks: [check('intel.tcb-info.well-formed', 'none')] })).toContain(hint);
    expect(shown({ checks: [check('intel.tcb-info.well-formed', 'bad_value: not JSON')] })).not.toContain(
      hint,
    );
    expect(shown({ checks: [{ id: 'intel.crl.pck.present', status: 'pass' }] })).not.toContain(hint);
  });

  it('does not let the word accepted pass for a platform in order', () => {
    const hint = "does not weigh the platform's status";
    const accepted = { accepted: true, policy: 'authenticity' };
    expect(shown({ ...accepted, verdict })).toContain(`The policy authenticity ${hint}`);
    expect(shown({ ...accepted, verdict: intelVerdict() })).not.toContain(hint);
    const weighed = { id: 'intel.policy.tcb-status', status: 'pass' } as const;
    expect(shown({ ...accepted, verdict, checks: [weighed] })).not.toContain(hint);
  });

  it('names each update once, whichever parts ask for it', () => {
    const module = {
      ...LATE,
      shortfalls: [{ component: 'isvsvn', has: 4, needs: 6, category: null, type: null }],
    };
    const both = shown({ verdict: intelVerdict({ platform: LATE, module, status: 'OutOfDate' }) });
    expect(both.match(/• update the TDX module/g)).toHaveLength(1);
    expect(both).toContain('TDX module: OutOfDate');
  });

  it('shows what a guest measures under the names that reference sets use', () => {
    const { verdict: _, ...tee } = tdxState();
    const guest = shown({ tee });
    expect(guest).toMatch(new RegExp(`mrTd +${value('a0', 48)}`));
    expect(guest).toMatch(new RegExp(`rtMr\\.3 +${value('b3', 48)}`));
    expect(guest).toMatch(/tdAttributes +0x0000000010000000/);
  });

  it('takes the TCBs of AMD apart', () => {
    const guest = shown({
      tee: snpState({ launchTcb: { fmc: 1, bootLoader: 1, tee: 1, snp: 4, microcode: 81 } }),
    });
    expect(guest).toMatch(/currentTcb +bootLoader 10, tee 0, snp 23, microcode 84/);
    expect(guest).toMatch(/launchTcb +fmc 1, bootLoader 1, tee 1, snp 4, microcode 81/);
    expect(guest).toMatch(/policy +ABI 0\.31 or newer; smt/);
    expect(guest).toMatch(/platformInfo +smt, tsme, ecc, alias-check-complete/);
  });

  it('lets no evidence steer the terminal, and hides no weakness', () => {
    const esc = '\u001b[2J';
    const hostile = intelVerdict({ platform: { ...LATE, advisories: [esc] }, advisories: [esc] });
    const raw = describeJudgement('quote.bin', {
      ...judgement,
      verdict: hostile,
      weaknesses: [{ code: 'snp.product.weak', sentence: `Milan${esc}` }],
    });
    expect(raw).not.toContain(esc);
    expect(stripVTControlCharacters(raw)).toContain('! snp.product.weak');
  });
});
