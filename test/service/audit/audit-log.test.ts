import { describe, expect, it } from 'vitest';
import { KEY_PURPOSES } from '../../../src/protocol/key-purpose.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { attest, enrol } from '../attestation/agent.ts';
import { makeMachine } from '../attestation/machine.ts';
import { makeWorld, referenceSetContent, trust } from '../attestation/world.ts';
import { auditStore } from './replay-all.ts';

describe('an audit of a verifier’s own store', () => {
  it('opens every act and judges every appraisal again, by the trust of its day', async () => {
    const world = await makeWorld({ attestationIntervalMs: 0 });
    const host = await enrol(world, makeMachine(world.manufacturer));
    await attest(world, host);
    const value = Buffer.from(pcrs.get(7) ?? []).toString('hex');
    await trust(world.context, referenceSetContent({ pcrs: { 7: ['ff'.repeat(32)] } }));
    await attest(world, host);
    await trust(world.context, referenceSetContent({ version: '2', pcrs: { 7: [value] } }));
    await attest(world, host);
    const { holds, findings, unchecked } = await auditStore(world.context.store);
    expect(findings).toEqual([]);
    expect(unchecked).toEqual([]);
    expect(holds).toMatchObject({
      'appraisals.judged-again': 3,
      'appraisals.as-recorded': 3,
      'appraisals.recorded': 3,
      'evidence.as-received': 3,
      // The key that signs, and the next one; of those that seal, one.
      'keys.recorded': 2 * KEY_PURPOSES.length + 1,
    });
    expect(holds['acts.opened']).toBe(holds['leaves']);
  });
});
