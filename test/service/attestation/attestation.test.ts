import { describe, expect, it } from 'vitest';
import { attest, enrol } from './agent.ts';
import { makeMachine } from './machine.ts';
import { makeWorld } from './world.ts';

describe('attestation over HTTP', () => {
  it.each(['rsa', 'ecc'] as const)(
    'takes a host with an %s endorsement key from enrolment to an appraisal',
    async (ek) => {
      const world = await makeWorld();
      const host = await enrol(world, makeMachine(world.manufacturer, { ek }));
      const answer = await attest(world, host);
      expect(answer.appraisal.reasons.map(({ code }) => code)).toEqual(['host.no-reference-set']);
      expect(answer.appraisal.outcome).toBe('accepted');
      expect(answer.receipt).toBeDefined();
    },
  );
});
