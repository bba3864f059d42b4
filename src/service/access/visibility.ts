import type { Principal } from '../principal.ts';

/**
 * Whose rows a principal sees: null for everybody's. The authority and its auditors see all tenants; everybody else sees
 * their own, and what is another's is not found rather than forbidden.
 */
export function visibleTenant({ role, tenant }: Pick<Principal, 'role' | 'tenant'>): string | null {
  switch (role) {
    case 'authority':
    case 'auditor':
      return null;
    case 'exporter':
    case 'operator':
    case 'administrator':
      return tenant;
  }
}
