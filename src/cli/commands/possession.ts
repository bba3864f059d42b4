import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { bindToken } from '../client/bind-token.ts';
import { speaker } from '../client/speaker.ts';
import { credentials } from '../client/token-key.ts';
import { readInput } from '../read-input.ts';
import { writeSecret } from '../secret-file.ts';
import { dataFolder, keyPathOf, tokenPath, verifierUrl } from '../settings.ts';

type Login = { readonly url?: string; readonly data?: string; readonly tokenFile: string };

/** Takes over a token that somebody else minted. */
export function loginCommand(): Command {
  return new Command('login')
    .description('Bind a token that you were given to a key of this machine, and save both.')
    .argument('<name>', 'under which other commands take it: --as <name>')
    .option('--token-file <file>', 'the token; - for standard input', '-')
    .option('--url <url>', 'the verifier (default: SEXTANT_URL, else http://127.0.0.1:8080)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .addHelpText(
      'after',
      `
The key never leaves this machine; without it the token is good for nothing. A token is bound once, within the time that
whoever minted it allowed. \`conflict\` says that somebody else was faster: have it revoked.

Example:
  sextant login authority-a --token-file token.txt
  sextant trust list --as authority-a`,
    )
    .action(async (name: string, { url, data, tokenFile }: Login) => {
      const path = tokenPath(dataFolder(data), name);
      const token = readInput(tokenFile).toString('utf8').trim();
      const source = tokenFile === '-' ? 'standard input' : tokenFile;
      await bindToken({ url: verifierUrl(url), source }, token, keyPathOf(path));
      writeSecret(path, token);
      process.stdout.write(`Saved in ${path}, its key beside it; use it with --as ${name}.\n`);
    });
}

/** For whoever speaks to a verifier with other tools. */
export function dpopCommand(): Command {
  return new Command('dpop')
    .description('Print the headers that prove possession of a token’s key for one request.')
    .argument('<method>', 'e.g. POST')
    .argument('<url>', 'of the request; a path is taken at the verifier')
    .option(
      '--as <name>',
      'the token saved under this name (default: SEXTANT_TOKEN, else the administrator’s)',
    )
    .option('--url <url>', 'the verifier (default: SEXTANT_URL, else http://127.0.0.1:8080)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .addHelpText(
      'after',
      `
They are good for one request within a minute, and what changes something comes with an Idempotency-Key. Secrets: hand them on by a
pipe, never by arguments, which every process of the machine can read.

Example:
  sextant dpop POST /v1/parties --as exporter |
    curl -H @- -H 'Content-Type: application/json' -d '{"legalName":"Example","country":"DE"}' http://127.0.0.1:8080/v1/parties`,
    )
    .action(async (given: string, target: string, options: { url?: string; data?: string; as?: string }) => {
      const { url, token, key = null } = speaker(options);
      const method = given.toUpperCase();
      const headers = await credentials(token, key, { method, url: new URL(target, url), now: new Date() });
      if (method !== 'GET' && method !== 'HEAD') headers['idempotency-key'] = randomUUID();
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
      process.stdout.write(lines.join(''));
    });
}
