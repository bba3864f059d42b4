import { describe, expect, it } from 'vitest';
import { forgeJwks, forgeNrasSigner, type NrasSigner } from '../../src/forge/nvidia/nras/keys.ts';
import { AT, world } from './nvidia-world.ts';

const [first, second] = [forgeNrasSigner(AT), forgeNrasSigner(AT)] as const;

async function service() {
  let published: readonly NrasSigner[] = [first];
  const its = await world({ jwks: () => forgeJwks(...published) });
  const publish = (...signers: readonly NrasSigner[]): void => {
    published = signers;
  };
  return { ...its, publish };
}

describe('the keys of NVIDIA’s attestation service', () => {
  it('are fetched once, and asked for anew where one is unknown, once a minute at most', async () => {
    const { start, server, publish, pass } = await service();
    const collateral = start();
    await collateral.nrasKeys([first.kid]);
    await collateral.nrasKeys([first.kid]);
    expect(server.requests).toHaveLength(1);
    publish(first, second);
    // Asked a moment ago: whoever makes up kids makes nobody ask again.
    for (const kid of [second.kid, 'a', 'b']) await collateral.nrasKeys([kid]);
    expect(server.requests).toHaveLength(1);
    pass(1 / 59);
    const keys = await collateral.nrasKeys([second.kid]);
    expect(Buffer.from(keys.body).toString()).toContain(second.kid);
    expect(server.requests).toHaveLength(2);
  });

  it('are gone a day after they were last published', async () => {
    const { start, server, pass } = await service();
    await start().nrasKeys([first.kid]);
    server.always({ status: 503 });
    pass(24);
    await start().nrasKeys([first.kid]);
    // What is held counts while it is current, though an unknown one was asked for in vain.
    await start().nrasKeys([second.kid]);
    pass(0.001);
    await expect(start().nrasKeys([first.kid])).rejects.toMatchObject({ code: 'collateral_unavailable' });
  });

  it.each([
    ['nothing', '', 'collateral_malformed'],
    ['HTML', '<html>', 'collateral_malformed'],
    ['no key of P-384', '{"keys":[]}', 'collateral_malformed'],
    ['a private key', '{"keys":[{"kty":"EC","crv":"P-384","kid":"x","d":"AA"}]}', 'collateral_malformed'],
    ['more than any', ' '.repeat(2 << 20), 'collateral_too_large'],
  ])('are not %s', async (_, body, code) => {
    const { start, server, cache } = await service();
    server.next({ body });
    await expect(start().nrasKeys([])).rejects.toMatchObject({ code });
    expect(await cache.list('nvidia-jwks')).toEqual([]);
  });
});
