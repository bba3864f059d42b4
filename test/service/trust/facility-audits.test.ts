import { describe, expect, it } from 'vitest';
import { RequestError } from '../../../src/service/errors.ts';
import { fileAudit } from '../../../src/service/location/audits.ts';
import type { Principal } from '../../../src/service/principal.ts';
import { makeLicensed } from '../events/licensed.ts';

describe('an audit of a facility', () => {
  it('is by nobody of the house that proposed it, that operates it, or that is licensed there', async () => {
    const gate = await makeLicensed();
    const { context, facilityId, people } = gate.world;
    const at = context.clock().getTime();
    const request = {
      auditedAt: new Date(at - 1000).toISOString(),
      validUntil: new Date(at + 86_400_000).toISOString(),
      tamperSignal: false,
      reportSha256: 'ab'.repeat(32),
      summary: 'everything where it should be',
    };
    const file = async (tenant: string): Promise<string> => {
      const by: Principal = { ...people.auditor.principal, tenant };
      try {
        return (await fileAudit(context, by, facilityId, request)).state;
      } catch (error) {
        if (error instanceof RequestError) return error.code;
        throw error;
      }
    };
    const licence = await gate.get(`/v1/licences/${gate.licenceId}`);
    expect(await file('rival')).toBe('proposed');
    await gate.post('/v1/licences', { tenant: 'rival', conditions: licence.body.conditions });
    gate.world.pass(1000);
    expect(await Promise.all(['chips', 'acme', 'rival'].map(file))).toEqual([
      'forbidden',
      'forbidden',
      'forbidden',
    ]);
    expect(await file('court')).toBe('proposed');
  });
});
