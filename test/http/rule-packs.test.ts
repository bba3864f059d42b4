import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packDigest, type RulePack } from '../../src/policy/packs/index.ts';
import type { ChipTableContent } from '../../src/protocol/trust.ts';
import { effectiveTrust } from '../../src/service/trust/effective.ts';
import { offerRulePack } from '../../src/service/trust/propose.ts';
import { packKey } from '../../src/service/trust/rule-packs.ts';
import { BASE, packIn } from '../policy/packs/shipped.ts';
import { type Answer, startTestVerifier, type TestPrincipal, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
let authority: TestPrincipal;
let second: TestPrincipal;
beforeAll(async () => {
  verifier = await startTestVerifier();
  authority = await verifier.principal('authority', 'bis');
  second = await verifier.principal('authority', 'bis');
});
afterAll(() => verifier.close());

const base = packIn(BASE);
const named = (name: string, version: string, more: Partial<RulePack> = {}): RulePack => ({
  ...base,
  ...more,
  manifest: { ...base.manifest, name, version },
});
const post = (by: TestPrincipal, path: string, body: unknown): Promise<Answer> =>
  verifier.call('POST', `/v1/trust-inputs${path}`, { token: by.token, body });
const propose = (kind: 'rule-pack' | 'chip-table', content: object): Promise<Answer> =>
  post(authority, '', { kind, content });
const approve = ({ body }: Answer): Promise<Answer> =>
  post(second, `/${body['id']}/approval`, { digest: body['digest'] });
const trustNow = () => verifier.context.store.read((view) => effectiveTrust(verifier.context, view));

describe('a rule pack', () => {
  it('is in force once another principal approves it, by its digest, beside other versions of it', async () => {
    const first = await propose('rule-pack', named('own', '1.0.0'));
    expect(first).toMatchObject({
      status: 201,
      body: { kind: 'rule-pack', name: 'own', version: '1.0.0', state: 'proposed' },
    });
    expect(first.body['digest']).toBe(packDigest(named('own', '1.0.0')));
    expect((await trustNow()).rulePacks.size).toBe(0);
    await approve(first);
    await approve(await propose('rule-pack', named('own', '1.0.1')));
    const { rulePacks, digests } = await trustNow();
    expect([...rulePacks.keys()].sort()).toEqual(['own 1.0.0', 'own 1.0.1']);
    expect(digests).toContain(first.body['digest']);
    const pack = rulePacks.get(packKey({ name: 'own', version: '1.0.0' }));
    expect(pack?.loaded?.rules).toHaveLength(base.policies.split('@id(').length - 1);

    await post(second, `/${first.body['id']}/withdrawal`, { reason: 'the newer one decides' });
    expect([...(await trustNow()).rulePacks.keys()]).toEqual(['own 1.0.1']);
    expect(await propose('rule-pack', named('own', '1.0.0'))).toMatchObject({ body: { code: 'conflict' } });
  });

  it('is refused with every fault where its rules are not sound', async () => {
    const unsound = named('unsound', '1.0.0', { policies: 'permit (principal, action, resource);' });
    const answer = await propose('rule-pack', unsound);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    const { errors } = answer.body as { errors: { actual: string }[] };
    expect(errors.map(({ actual }) => actual.split(':')[0])).toContain('pack.annotation');
    const untested = { ...base.tests, tests: base.tests.tests.slice(0, 1) };
    const other = await propose('rule-pack', named('untested', '1.0.0', { tests: untested }));
    expect(JSON.stringify(other.body)).toContain('pack.untested');
  });

  it('that ships is offered once, to be approved by somebody', async () => {
    await offerRulePack(verifier.context, base);
    await offerRulePack(verifier.context, base);
    const list = await verifier.call('GET', '/v1/trust-inputs', { token: authority.token });
    const items = list.body['items'] as { name: string; state: string; proposedBy: string }[];
    const offered = items.filter(({ name }) => name === 'base');
    expect(offered).toMatchObject([{ state: 'proposed', proposedBy: 'verifier' }]);
    expect((await trustNow()).rulePacks.has(packKey(base.manifest))).toBe(false);
  });
});

describe('a chip table', () => {
  const table = (name: string, version: string, ...models: string[]): ChipTableContent => ({
    name,
    version,
    ruleVersion: '3A090 of 2024',
    models: models.map((model) => ({
      model,
      tpp: 15_824,
      format: 'fp8',
      source: 'a data sheet',
      peakE12PerSecond: 1_979,
    })),
  });

  it('is in force once approved, and gives way to its next version', async () => {
    await approve(await propose('chip-table', table('chips', '1', 'H100', 'H200')));
    expect((await trustNow()).chips.get('H100')).toMatchObject({ tpp: 15_824, ruleVersion: '3A090 of 2024' });
    await approve(await propose('chip-table', table('chips', '2', 'H100')));
    expect([...(await trustNow()).chips.keys()]).toEqual(['H100']);
  });

  it('names no model that another one in force names, nor one twice', async () => {
    const other = await propose('chip-table', table('others', '1', 'B200', 'H100'));
    expect(await approve(other)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const twice = await propose('chip-table', table('twice', '1', 'A100', 'A100'));
    expect(twice).toMatchObject({ status: 400 });
  });
});
