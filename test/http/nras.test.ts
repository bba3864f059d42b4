import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toHex } from '../../src/bytes/text.ts';
import { forgeNrasAnswer, type NrasAnswerOptions } from '../../src/forge/nvidia/nras/answer.ts';
import { forgeJwks, forgeNrasSigner, type NrasSigner } from '../../src/forge/nvidia/nras/keys.ts';
import type { NrasJudgement } from '../../src/protocol/nras.ts';
import { AT, world } from '../collateral/nvidia-world.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

const [signer, next, stranger] = [forgeNrasSigner(AT), forgeNrasSigner(AT), forgeNrasSigner(AT)] as const;
const nonce = new Uint8Array(randomBytes(32));

let published: readonly NrasSigner[];
let nvidia: Awaited<ReturnType<typeof world>>;
let verifier: TestVerifier;
let token: string;

/** A verifier, and NVIDIA's services as it reaches them. */
async function begin(): Promise<void> {
  published = [signer];
  nvidia = await world({ jwks: () => forgeJwks(...published) });
  verifier = await startTestVerifier({}, nvidia.access());
  onTestFinished(() => verifier.close());
  token = (await verifier.principal('operator', 'acme')).token;
}

const answer = (options: Partial<NrasAnswerOptions> = {}): string =>
  Buffer.from(
    forgeNrasAnswer({ signer, at: new Date(), nonce, devices: ['GPU-0', 'GPU-1'], ...options }),
  ).toString();
const ask = (text: string, asked = toHex(nonce), by: TestVerifier = verifier, as = token) =>
  by.call('POST', '/v1/nras-judgements', { token: as, body: { answer: text, nonce: asked } });
async function judged(...question: Parameters<typeof ask>): Promise<NrasJudgement> {
  const { status, body } = await ask(...question);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as NrasJudgement; // its schema was checked by the test's server
}
const failed = ({ checks }: NrasJudgement): string[] => [
  ...new Set(checks.filter(({ status }) => status === 'fail').map(({ id }) => id)),
];

describe('an answer of NVIDIA’s attestation service, over HTTP', () => {
  it('is judged by keys that the verifier fetched, with what it says and what it does not prove', async () => {
    await begin();
    const judgement = await judged(answer());
    expect(failed(judgement)).toEqual([]);
    expect(judgement).toMatchObject({
      accepted: true,
      notPerformed: [],
      tokens: { authentic: true, result: true, devices: [{ name: 'GPU-0' }, { name: 'GPU-1' }] },
      keys: { source: expect.stringContaining('/.well-known/jwks.json') },
    });
    expect(judgement.unproven.map(({ code }) => code)).toEqual([
      'host-unknown',
      'report-unseen',
      'keys-unsigned',
      'since-unknown',
    ]);
    const before = nvidia.server.requests.length;
    expect((await judged(answer())).accepted).toBe(true);
    expect(nvidia.server.requests).toHaveLength(before);
  });

  it.each<[string, () => [string, string?], string[]]>([
    ['to another question', () => [answer(), '00'.repeat(32)], ['nvidia.nras.nonce']],
    ['that has ended', () => [answer({ at: new Date(Date.now() - 7_200_000) })], ['nvidia.nras.dates']],
    ['signed by nobody known', () => [answer({ signer: stranger })], ['nvidia.nras.key']],
    [
      'with a token of another answer',
      () => [answer({ tamper: (name, own) => (name === 'GPU-1' ? tokenOf(answer(), name) : own) })],
      ['nvidia.nras.submodules'],
    ],
    [
      'that calls nothing attested',
      () => [
        answer({
          claims: (name, claims) =>
            name === 'overall' ? { ...claims, 'x-nvidia-overall-att-result': false } : claims,
        }),
      ],
      ['nvidia.nras.overall'],
    ],
    ['that is none', () => ['[]'], ['nvidia.nras.well-formed']],
  ])('%s is not accepted', async (_, question, ids) => {
    await begin();
    const judgement = await judged(...question());
    expect(judgement.accepted).toBe(false);
    expect(failed(judgement)).toEqual(ids);
  });

  it('by a new key has the set asked for anew, once a minute at most, whoever makes up kids', async () => {
    await begin();
    await judged(answer());
    nvidia.pass(1 / 59);
    const requests = nvidia.server.requests.length;
    for (let time = 0; time < 3; time++)
      expect(failed(await judged(answer({ signer: stranger })))).toEqual(['nvidia.nras.key']);
    expect(nvidia.server.requests).toHaveLength(requests + 1);
    published = [signer, next];
    expect((await judged(answer({ signer: next }))).accepted).toBe(false);
    nvidia.pass(1 / 59);
    expect((await judged(answer({ signer: next }))).accepted).toBe(true);
    expect(nvidia.server.requests).toHaveLength(requests + 2);
  });

  it('that cannot be read has nobody asked for keys', async () => {
    await begin();
    const requests = nvidia.server.requests.length;
    expect((await judged('{}')).keys).toBeNull();
    expect(nvidia.server.requests).toHaveLength(requests);
  });

  it('is not judged at all where keys are not to be had', async () => {
    await begin();
    nvidia.server.always({ status: 503 });
    expect(await ask(answer())).toMatchObject({ status: 503, body: { code: 'collateral_unavailable' } });
    const alone = await startTestVerifier();
    try {
      const { token: own } = await alone.principal('auditor', 'bureau');
      expect(await ask(answer(), toHex(nonce), alone, own)).toMatchObject({
        status: 503,
        body: { code: 'collateral_unavailable' },
      });
    } finally {
      await alone.close();
    }
  });

  it('has a size and is text, and a nonce has 32 bytes', async () => {
    await begin();
    expect((await ask('a'.repeat(65_537))).status).toBe(400);
    expect((await ask('a'.repeat(300_000))).status).toBe(413);
    expect((await ask('\ud800')).status).toBe(400);
    expect((await ask(answer(), 'ab')).status).toBe(400);
  });
});

function tokenOf(text: string, name: string): string {
  const [, tokens] = JSON.parse(text);
  return String(tokens[name]);
}
