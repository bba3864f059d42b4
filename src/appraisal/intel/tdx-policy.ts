import { z } from 'zod';
import { u64FromHex } from '../hex.ts';
import { PolicyFindings, type PolicyOutcome } from '../policy-findings.ts';
import type { TdxState } from '../tee-state.ts';
import { checkIntelTcb, DEFAULT_INTEL_TCB_POLICY, type IntelTcbPolicy, intelTcbRules } from './tcb-policy.ts';

/** Demands that a policy may waive by name. Debugging is not among them: whoever debugs a TD reads its memory. */
const WAIVABLE = ['sept-ve-disable', 'migratable'] as const;

/** Demands on a TD and its platform; docs/tee-policy.md lists the defaults. */
export const tdxRules = z
  .strictObject({
    ...intelTcbRules,
    waived: z
      .array(z.enum(WAIVABLE))
      .optional()
      .describe(
        'sept-ve-disable: pages that the host takes away may raise #VE. migratable: the TD may be moved to another machine.',
      ),
  })
  .describe('Demands on an Intel TDX guest and its platform. What is left out keeps its default.');
export type TdxRules = z.infer<typeof tdxRules>;

export type TdxPolicy = IntelTcbPolicy & { readonly waived: readonly (typeof WAIVABLE)[number][] };

const DEFAULT_TDX_POLICY: TdxPolicy = { ...DEFAULT_INTEL_TCB_POLICY, waived: [] };

/** The defaults under what somebody asks for. */
export function tdxPolicyOf(rules: TdxRules = {}): TdxPolicy {
  return {
    acceptedTcbStatuses: rules.acceptedTcbStatuses ?? DEFAULT_TDX_POLICY.acceptedTcbStatuses,
    outOfDateGraceDays: rules.outOfDateGraceDays ?? DEFAULT_TDX_POLICY.outOfDateGraceDays,
    deniedAdvisories: rules.deniedAdvisories ?? DEFAULT_TDX_POLICY.deniedAdvisories,
    minimumEvaluationNumber: rules.minimumEvaluationNumber ?? DEFAULT_TDX_POLICY.minimumEvaluationNumber,
    platforms: rules.platforms ?? DEFAULT_TDX_POLICY.platforms,
    waived: rules.waived ?? DEFAULT_TDX_POLICY.waived,
  };
}

/** TD ATTRIBUTES (Intel TDX module ABI, "TD attributes"): TUD is bits 7:0, SEC bits 31:8, OTHER bits 63:32. */
const DEBUG = 1n << 0n;
const TUD_RESERVED = 0xfen;
const SEPT_VE_DISABLE = 1n << 28n;
const MIGRATABLE = 1n << 29n;
/** Without effect on what the TD is protected from: LASS, PKS, KL, PERFMON. Every other bit is reserved or unknown here. */
const HARMLESS = (1n << 27n) | (1n << 30n) | (1n << 31n) | (1n << 63n);
const KNOWN = DEBUG | TUD_RESERVED | SEPT_VE_DISABLE | MIGRATABLE | HARMLESS;

/** XFAM: x87 and SSE are always on; beyond these features the module lets a TD have none. */
const XFAM_FIXED_1 = 0x3n;
const XFAM_FIXED_0 = 0x6_dbe7n;

const NO_SERVICE_TD = '00'.repeat(48);

export type TdxExpectation = {
  readonly policy: TdxPolicy;
  /** Allowed MRSERVICETDs; none but zero unless given. */
  readonly mrServiceTd?: readonly string[] | undefined;
};

/**
 * Judges the state of a TD and its platform, as far as no reference value is needed (Intel's own library leaves all of it
 * to its callers).
 */
export function appraiseTdx(
  state: TdxState,
  { policy, mrServiceTd }: TdxExpectation,
  at: Date,
): PolicyOutcome {
  const checks = new PolicyFindings();
  const acceptedUntil = checkIntelTcb(state, policy, at, checks);
  checkAttributes(state, policy, checks);

  const xfam = u64FromHex(state.xfam);
  checks.expect(
    'tdx.policy.xfam',
    (xfam & XFAM_FIXED_1) === XFAM_FIXED_1 && (xfam & ~XFAM_FIXED_0) === 0n,
    `bits 0 and 1 set, none outside ${hex(XFAM_FIXED_0)}`,
    hex(xfam),
    'tdx.xfam',
  );

  // A quote of TD 1.0 does not show it; migration, the service TD that there is, stays refused by its attribute.
  const serviceTd = state.measured['mrServiceTd'] ?? null;
  if (serviceTd !== null && mrServiceTd === undefined) {
    checks.expect(
      'tdx.policy.service-td',
      serviceTd === NO_SERVICE_TD,
      'zero: no service TD, or one that a reference set lists',
      serviceTd,
      'tdx.mrServiceTd',
    );
  }
  return { findings: checks, weaknesses: checks.weaknesses, acceptedUntil };
}

function checkAttributes({ tdAttributes }: TdxState, { waived }: TdxPolicy, checks: PolicyFindings): void {
  const attributes = u64FromHex(tdAttributes);
  const actual = hex(attributes);
  const where = 'tdx.tdAttributes';
  checks.expect('tdx.policy.debug', (attributes & DEBUG) === 0n, 'DEBUG (bit 0) clear', actual, where);
  checks.expect('tdx.policy.tud', (attributes & TUD_RESERVED) === 0n, 'bits 7:1 clear', actual, where);
  checks.expectUnlessWaived(
    'tdx.policy.sept-ve-disable',
    (attributes & SEPT_VE_DISABLE) !== 0n,
    {
      waived: waived.includes('sept-ve-disable'),
      weakness: {
        code: 'tdx.sept-ve.weak',
        sentence:
          'The host may inject #VE for pages that it took from the guest: the guest’s kernel must withstand it.',
      },
    },
    'SEPT_VE_DISABLE (bit 28) set',
    actual,
    where,
  );
  checks.expectUnlessWaived(
    'tdx.policy.migratable',
    (attributes & MIGRATABLE) === 0n,
    {
      waived: waived.includes('migratable'),
      weakness: {
        code: 'tdx.migratable.weak',
        sentence: 'The guest may be moved to another machine, its keys with it, by its migration TD.',
      },
    },
    'MIGRATABLE (bit 29) clear',
    actual,
    where,
  );
  checks.expect(
    'tdx.policy.reserved',
    (attributes & ~KNOWN) === 0n,
    'no reserved or unknown bit set',
    actual,
    where,
  );
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
