import { z } from 'zod';
import { SNP_PRODUCTS, type SnpProduct } from '../../evidence/amd/evidence.ts';
import { hexValue, u64FromHex, u64Hex } from '../hex.ts';
import { type TcbMinimum, tcbMinimum } from './snp-tcb.ts';

/** Demands that a policy may waive by name. Debugging is not among them: whoever debugs a guest reads its memory. */
const WAIVABLE = ['migrate-ma', 'alias-check'] as const;

const guestPolicyBit = z.enum([
  'smt',
  'single-socket',
  'cxl',
  'aes-256-xts',
  'rapl-disabled',
  'ciphertext-hiding',
  'page-swap-disabled',
]);
const platformInfoBit = z.enum([
  'smt',
  'tsme',
  'ecc',
  'rapl-disabled',
  'ciphertext-hiding',
  'iommu-write-safe',
  'tio',
]);

const byProduct = z.strictObject({
  Milan: tcbMinimum.optional(),
  Genoa: tcbMinimum.optional(),
  Turin: tcbMinimum.optional(),
});

/** Demands on a guest under SEV-SNP and its platform; docs/tee-policy.md lists the defaults. */
export const snpRules = z
  .strictObject({
    products: z
      .array(z.enum(SNP_PRODUCTS))
      .min(1)
      .optional()
      .describe('Lines of processors; Genoa and Turin by default. Milan is accepted only where it is named.'),
    vmpls: z
      .array(z.int().min(0).max(3))
      .min(1)
      .optional()
      .describe('Privilege levels that may report; 0 by default.'),
    minimumTcb: byProduct.optional().describe('The reported TCB must not be below this.'),
    minimumLaunchTcb: byProduct
      .optional()
      .describe('The TCB under which the guest was launched must not be below this.'),
    acceptProvisionalFirmware: z
      .boolean()
      .optional()
      .describe(
        'Whether firmware may run that can still be rolled back (committed below current); no by default.',
      ),
    minimumGuestSvn: z.int().min(0).optional(),
    requiredGuestPolicy: z
      .array(guestPolicyBit)
      .optional()
      .describe("Bits that the guest's policy must set."),
    forbiddenGuestPolicy: z
      .array(guestPolicyBit)
      .optional()
      .describe("Bits that the guest's policy must not set."),
    requiredPlatformInfo: z.array(platformInfoBit).optional(),
    forbiddenPlatformInfo: z.array(platformInfoBit).optional(),
    requiredLaunchMitigations: u64Hex
      .optional()
      .describe('LAUNCH_MIT_VECTOR must hold all of these; 16 digits.'),
    requiredCurrentMitigations: u64Hex
      .optional()
      .describe('CURRENT_MIT_VECTOR must hold all of these; 16 digits.'),
    signingKeys: z
      .array(z.enum(['vcek', 'vlek']))
      .min(1)
      .optional(),
    chipIds: z
      .array(hexValue(64))
      .min(1)
      .max(10_000)
      .optional()
      .describe(
        'The only chips that are accepted; any chip unless given. A masked chip, or a VLEK, shows none.',
      ),
    cspIds: z
      .array(z.string().min(1).max(256))
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Whose VLEKs count: the CSP_ID that AMD certified; any unless given. A VCEK was given to nobody, and is not asked.',
      ),
    waived: z
      .array(z.enum(WAIVABLE))
      .optional()
      .describe(
        'migrate-ma: a migration agent may move the guest. alias-check: the firmware did not look for memory aliases.',
      ),
  })
  .describe('Demands on an AMD SEV-SNP guest and its platform. What is left out keeps its default.');
export type SnpRules = z.infer<typeof snpRules>;

type ByProduct = Readonly<Partial<Record<SnpProduct, TcbMinimum | undefined>>>;

export type SnpPolicy = {
  readonly products: readonly SnpProduct[];
  readonly vmpls: readonly number[];
  readonly minimumTcb: ByProduct;
  readonly minimumLaunchTcb: ByProduct;
  readonly acceptProvisionalFirmware: boolean;
  readonly minimumGuestSvn: number;
  readonly requiredGuestPolicy: readonly z.infer<typeof guestPolicyBit>[];
  readonly forbiddenGuestPolicy: readonly z.infer<typeof guestPolicyBit>[];
  readonly requiredPlatformInfo: readonly z.infer<typeof platformInfoBit>[];
  readonly forbiddenPlatformInfo: readonly z.infer<typeof platformInfoBit>[];
  readonly requiredLaunchMitigations: bigint;
  readonly requiredCurrentMitigations: bigint;
  readonly signingKeys: readonly ('vcek' | 'vlek')[];
  readonly chipIds: readonly string[] | null;
  readonly cspIds: readonly string[] | null;
  readonly waived: readonly (typeof WAIVABLE)[number][];
};

const NONE: readonly never[] = [];

/** The defaults under what somebody asks for. */
export function snpPolicyOf(rules: SnpRules = {}): SnpPolicy {
  return {
    products: rules.products ?? ['Genoa', 'Turin'],
    vmpls: rules.vmpls ?? [0],
    minimumTcb: rules.minimumTcb ?? {},
    minimumLaunchTcb: rules.minimumLaunchTcb ?? {},
    acceptProvisionalFirmware: rules.acceptProvisionalFirmware ?? false,
    minimumGuestSvn: rules.minimumGuestSvn ?? 0,
    requiredGuestPolicy: rules.requiredGuestPolicy ?? NONE,
    forbiddenGuestPolicy: rules.forbiddenGuestPolicy ?? NONE,
    requiredPlatformInfo: rules.requiredPlatformInfo ?? NONE,
    forbiddenPlatformInfo: rules.forbiddenPlatformInfo ?? NONE,
    requiredLaunchMitigations: u64FromHex(rules.requiredLaunchMitigations ?? '0'),
    requiredCurrentMitigations: u64FromHex(rules.requiredCurrentMitigations ?? '0'),
    signingKeys: rules.signingKeys ?? ['vcek', 'vlek'],
    chipIds: rules.chipIds ?? null,
    cspIds: rules.cspIds ?? null,
    waived: rules.waived ?? NONE,
  };
}
