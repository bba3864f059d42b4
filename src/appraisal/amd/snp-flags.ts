import type { GuestPolicy } from '../../evidence/amd/guest-policy.ts';
import type { PlatformInfo } from '../../evidence/amd/platform-info.ts';

/** Flags of a guest's policy, by the names that policies here use. */
export const GUEST_POLICY_FLAGS = {
  smt: 'smt',
  'migrate-ma': 'migrateMa',
  debug: 'debug',
  'single-socket': 'singleSocket',
  cxl: 'cxlAllowed',
  'aes-256-xts': 'memAes256Xts',
  'rapl-disabled': 'raplDisabled',
  'ciphertext-hiding': 'ciphertextHidingDram',
  'page-swap-disabled': 'pageSwapDisabled',
} as const satisfies Readonly<Record<string, keyof GuestPolicy>>;

/** Flags of PLATFORM_INFO, by the names that policies here use. */
export const PLATFORM_INFO_FLAGS = {
  smt: 'smtEnabled',
  tsme: 'tsmeEnabled',
  ecc: 'eccEnabled',
  'rapl-disabled': 'raplDisabled',
  'ciphertext-hiding': 'ciphertextHidingDramEnabled',
  'alias-check-complete': 'aliasCheckComplete',
  'iommu-write-safe': 'iommuWriteSafe',
  tio: 'tioEnabled',
} as const satisfies Readonly<Record<string, keyof PlatformInfo>>;

/** Names of the flags that are set. */
export function setFlags<Member extends string>(
  value: Readonly<Record<Member, unknown>>,
  names: Readonly<Record<string, Member>>,
): readonly string[] {
  return Object.entries(names).flatMap(([name, member]) => (value[member] === true ? [name] : []));
}
