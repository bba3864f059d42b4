import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { dottedClaimsSet, earClaimsSet } from '../appraisal/ear-cddl.ts';
import { pcrs } from '../evidence/bundle/host.ts';
import { shown } from '../http/possession.ts';
import { ask, attest, enrol } from '../service/attestation/agent.ts';
import { makeMachine } from '../service/attestation/machine.ts';
import { makeWorld, referenceSetContent, trust, type World } from '../service/attestation/world.ts';

/**
 * A relying party that knows jose, the verifier's address and draft-ietf-rats-ear-03, and nothing of ours: it finds the keys,
 * checks the signature and the times, and reads the draft's claims.
 */
function relyingParty(world: World, { cooldownDuration = 30_000 } = {}) {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', world.server.url), { cooldownDuration });
  return async (token: string, nonce: string): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      typ: 'eat+jwt',
      issuer: world.server.url,
      requiredClaims: ['iat', 'exp', 'eat_nonce', 'submods'],
      currentDate: world.context.clock(),
    });
    if (payload['eat_nonce'] !== nonce) throw new Error('another nonce');
    return payload;
  };
}

const HOUR = 3_600_000;

async function begin() {
  const world = await makeWorld();
  await trust(
    world.context,
    referenceSetContent({ pcrs: { 7: [Buffer.from(pcrs.get(7) ?? []).toString('hex')] } }),
  );
  const host = await enrol(world, makeMachine(world.manufacturer));
  /** One attestation: its token, and the nonce that was asked. */
  const result = async (bent = {}): Promise<{ token: string; nonce: string; sessionId: string }> => {
    const { ear: token, sessionId } = await attest(world, host, bent);
    const session = await ask(world, `/v1/sessions/${sessionId}`, {
      method: 'GET',
      bearer: world.people.operator.token,
    });
    return { token, nonce: session.body.nonce, sessionId };
  };
  const rotate = (compromised = false): Promise<number> =>
    world.context.keys.ear.rotate({ by: 'test', reason: 'test', compromised });
  return { world, result, rotate };
}

describe('a consumer that knows the draft and a JOSE library', () => {
  it('validates status, vector, submodules, nonce and expiry', async () => {
    const { world, result } = await begin();
    const { token, nonce } = await result();
    const payload = await relyingParty(world)(token, nonce);
    const claims = earClaimsSet.parse(payload);
    expect(claims).toMatchObject({
      eat_profile: 'tag:ietf.org,2026:rats/ear#03',
      ear_status: 'affirming',
      ear_verifier_id: { developer: 'Sextant' },
      submods: {
        host: {
          ear_status: 'affirming',
          ear_trustworthiness_vector: {
            'instance-identity': 2,
            configuration: 2,
            executables: 3,
            hardware: 2,
          },
          ear_appraisal_policy_ids: ['tag:sextant,2026:policy/host-tpm#1'],
          ear_veraison_key_attestation: { akpub: expect.stringMatching(/^MCowBQYDK2VwAyEA/) },
        },
      },
    });
    expect(token.length).toBeLessThan(8192);
    await expect(relyingParty(world)(token, 'another')).rejects.toThrow('another nonce');
    const bent = token.replace(/.(?=.$)/, (bits) => (bits === 'A' ? 'B' : 'A'));
    await expect(relyingParty(world)(bent, nonce)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    world.pass((claims.exp ?? 0) * 1000 - world.context.clock().getTime());
    await expect(relyingParty(world)(token, nonce)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });

  it('is told that a refused host is contraindicated', async () => {
    const { world, result } = await begin();
    const { token, nonce } = await result({ binding: { tenant: 'x' } });
    const claims = earClaimsSet.parse(await relyingParty(world)(token, nonce));
    expect(claims).toMatchObject({
      ear_status: 'contraindicated',
      'sextant.outcome': 'refused',
      submods: { host: { ear_trustworthiness_vector: { 'instance-identity': 99 } } },
    });
  });

  it('needs no other look at the keys across a rotation, and validates what was signed before it', async () => {
    const { world, result, rotate } = await begin();
    const consumer = relyingParty(world);
    const first = await result();
    await consumer(first.token, first.nonce);
    world.pass(HOUR);
    await rotate();
    const second = await result();
    expect(kidOf(second.token)).not.toBe(kidOf(first.token));
    // The set that it fetched before holds the next key already: jose asks for another only after half a minute.
    await consumer(second.token, second.nonce);
    await relyingParty(world)(first.token, first.nonce);
    world.pass(2 * HOUR);
    await rotate();
    const third = await result();
    await relyingParty(world)(second.token, second.nonce);
    await relyingParty(world)(third.token, third.nonce);
  });

  it('validates nothing that a compromised key signed, from the moment that it is given up', async () => {
    const { world, result, rotate } = await begin();
    const first = await result();
    await relyingParty(world)(first.token, first.nonce);
    await rotate(true);
    await expect(relyingParty(world)(first.token, first.nonce)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    world.pass(HOUR);
    const second = await result();
    await relyingParty(world, { cooldownDuration: 0 })(second.token, second.nonce);
  });

  it('may know only the names of earlier drafts, and is given those', async () => {
    const { world, result } = await begin();
    const { token, nonce, sessionId } = await result();
    const read = async (query: string): Promise<{ status: number; type: string | null; text: string }> => {
      const url = `${world.server.url}/v1/sessions/${sessionId}/ear${query}`;
      const response = await fetch(url, {
        headers: shown(world.people.operator.token, { method: 'GET', url, now: world.context.clock() }),
      });
      const { status, headers } = response;
      return { status, type: headers.get('content-type'), text: await response.text() };
    };
    expect(await read('')).toMatchObject({ status: 200, type: 'application/eat+jwt', text: token });
    const { text } = await read('?claims=dotted');
    const claims = dottedClaimsSet.parse(await relyingParty(world)(text, nonce));
    expect(claims).toMatchObject({
      eat_profile: 'tag:github.com,2023:veraison/ear',
      'ear.verifier-id': { developer: 'Sextant' },
      submods: {
        host: {
          'ear.status': 'affirming',
          'ear.trustworthiness-vector': { executables: 3 },
          'ear.appraisal-policy-id': 'tag:sextant,2026:policy/host-tpm#1',
        },
      },
    });
    const original = earClaimsSet.parse(await relyingParty(world)(token, nonce));
    expect([claims.iat, claims.exp]).toEqual([original.iat, original.exp]);
    expect((await read('?claims=other')).status).toBe(400);
    world.pass(3 * HOUR);
    expect((await read('?claims=dotted')).status).toBe(409);
  });
});

function kidOf(token: string): string | undefined {
  return decodeProtectedHeader(token).kid;
}
