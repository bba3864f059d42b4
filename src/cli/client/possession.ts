import { randomUUID } from 'node:crypto';
import { readInput } from '../read-input.ts';
import { writeSecret } from '../secret-file.ts';
import { dataFolder, keyPathOf, tokenPath, verifierUrl } from '../settings.ts';
import { bindToken } from './bind-token.ts';
import { speaker } from './speaker.ts';
import { credentials } from './token-key.ts';

export type LoginFlags = { readonly url?: string; readonly data?: string; readonly tokenFile: string };

/** Binds a token to a key of this machine, and saves both under a name. */
export async function login(name: string, { url, data, tokenFile }: LoginFlags): Promise<void> {
  const path = tokenPath(dataFolder(data), name);
  const token = readInput(tokenFile).toString('utf8').trim();
  const source = tokenFile === '-' ? 'standard input' : tokenFile;
  await bindToken({ url: verifierUrl(url), source }, token, keyPathOf(path));
  writeSecret(path, token);
  process.stdout.write(`Saved in ${path}, its key beside it; use it with --as ${name}.\n`);
}

export type ProofFlags = { readonly url?: string; readonly data?: string; readonly as?: string };

/** Prints the headers of one request, a line each. */
export async function prove(given: string, target: string, flags: ProofFlags): Promise<void> {
  const { url, token, key = null } = speaker(flags);
  const method = given.toUpperCase();
  const headers = await credentials(token, key, { method, url: new URL(target, url), now: new Date() });
  if (method !== 'GET' && method !== 'HEAD') headers['idempotency-key'] = randomUUID();
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  process.stdout.write(lines.join(''));
}
