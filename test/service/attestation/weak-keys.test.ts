import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/bytes/text.ts';
import { type AreaOptions, eccPublicArea, sized } from '../../evidence/tpm/build.ts';
import { begin, makeHostKey, mintToken } from './agent.ts';
import { makeMachine } from './machine.ts';
import { makeWorld } from './world.ts';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('an enrolment with an attestation key that proves too little', () => {
  it.each<[string, Partial<AreaOptions>, string]>([
    ['is named by SHA-1', { nameAlg: 'sha1' }, 'tpm.ak.name-algorithm'],
    ['signs with SHA-1', { schemeHash: 'sha1' }, 'tpm.ak.scheme'],
    ['fixes no scheme', { scheme: 'none' }, 'tpm.ak.scheme'],
  ])('is refused where the key %s', async (_, area, check) => {
    const world = await makeWorld();
    const enrolling = {
      token: await mintToken(world),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const akPublic = toBase64Url(sized(eccPublicArea(publicKey, { kind: 'ak', ...area })));
    const { status, body } = await begin(world, enrolling, { akPublic });
    expect([status, body.code]).toEqual([403, 'enrolment_refused']);
    expect(body.errors.map(({ path }: { path: string }) => path)).toContain(check);
    const failed = body.errors.filter(({ path }: { path: string }) => path !== 'tpm.ek.revocation');
    expect(failed).toHaveLength(1);
  });
});
