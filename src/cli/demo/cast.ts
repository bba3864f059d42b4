import { existsSync, readFileSync } from 'node:fs';
import { writeSecret } from '../secret-file.ts';
import { bootstrap } from '../serve/bootstrap.ts';
import type { Verifier } from '../serve/verifier.ts';
import { adminTokenPath, tokenPath } from '../settings.ts';
import { Actor } from './actor.ts';

/** Who acts in the demonstration, each over HTTP with a token of its own role. */
export type Cast = { readonly exporter: Actor; readonly operator: Actor; readonly authority: Actor };

export const TENANTS = { exporter: 'exporter', operator: 'frankfurt', authority: 'authority' } as const;

const NAMES = {
  exporter: 'Example Export GmbH',
  operator: 'Frankfurt operations',
  authority: 'Licensing authority',
} as const;

type Part = keyof typeof NAMES;

/** Everybody's token: the one of an earlier start, or a new one. */
export async function gatherCast(verifier: Verifier, data: string): Promise<Cast> {
  await bootstrap(verifier.context, data);
  const administrator = new Actor(verifier.url, readFileSync(adminTokenPath(data), 'utf8').trim());
  const join = async (role: Part): Promise<Actor> => {
    const path = tokenPath(data, role);
    if (!existsSync(path)) writeSecret(path, await mint(administrator, role));
    return new Actor(verifier.url, readFileSync(path, 'utf8').trim());
  };
  return {
    exporter: await join('exporter'),
    operator: await join('operator'),
    authority: await join('authority'),
  };
}

async function mint(administrator: Actor, role: Part): Promise<string> {
  const principal = await administrator.post('/v1/principals', {
    name: NAMES[role],
    role,
    tenant: TENANTS[role],
  });
  const minted = await administrator.post('/v1/tokens', {
    principalId: principal.text('id'),
    label: 'demonstration',
  });
  return minted.text('token');
}
