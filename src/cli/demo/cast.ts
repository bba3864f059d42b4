import { existsSync, readFileSync } from 'node:fs';
import { bindToken } from '../client/bind-token.ts';
import { loadTokenKey, makeTokenKey, type TokenKey } from '../client/token-key.ts';
import { writeSecret } from '../secret-file.ts';
import { bootstrap } from '../serve/bootstrap.ts';
import type { Verifier } from '../serve/verifier.ts';
import { adminTokenPath, keyPathOf, tokenPath } from '../settings.ts';
import { Actor } from './actor.ts';

/** Who acts in the demonstration, each over HTTP with a token of its own role. */
export type Cast = {
  readonly exporter: Actor;
  readonly operator: Actor;
  readonly authority: Actor;
  readonly administrator: Actor;
};

export const TENANTS = { exporter: 'exporter', operator: 'frankfurt', authority: 'authority' } as const;

const NAMES = {
  exporter: 'Example Export GmbH',
  operator: 'Frankfurt operations',
  authority: 'Licensing authority',
} as const;

type Part = keyof typeof NAMES;

/** Everybody's token and key: those of an earlier start, or new ones. */
export async function gatherCast(verifier: Verifier, data: string): Promise<Cast> {
  await bootstrap(verifier.context, data);
  const url = new URL(verifier.url);
  const enter = (path: string): Actor => {
    const token = readFileSync(path, 'utf8').trim();
    const keyPath = keyPathOf(path);
    const bind = async (): Promise<TokenKey> => (await bindToken({ url }, token, keyPath)).key;
    return new Actor({ url, token, key: loadTokenKey(keyPath), bind, clock: verifier.context.clock });
  };
  const administrator = enter(adminTokenPath(data));
  const join = async (role: Part): Promise<Actor> => {
    const path = tokenPath(data, role);
    if (!existsSync(path)) writeSecret(path, await mint(administrator, role, makeTokenKey(keyPathOf(path))));
    return enter(path);
  };
  return {
    administrator,
    exporter: await join('exporter'),
    operator: await join('operator'),
    authority: await join('authority'),
  };
}

async function mint(administrator: Actor, role: Part, { jkt }: TokenKey): Promise<string> {
  const principal = await administrator.post('/v1/principals', {
    name: NAMES[role],
    role,
    tenant: TENANTS[role],
  });
  const minted = await administrator.post('/v1/tokens', {
    principalId: principal.text('id'),
    label: 'demonstration',
    key: jkt,
  });
  return minted.text('token');
}
