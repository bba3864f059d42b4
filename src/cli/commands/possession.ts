import { Command } from 'commander';
import type { LoginFlags, ProofFlags } from '../client/possession.ts';

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
    .action(async (name: string, flags: LoginFlags) => {
      await (await import('../client/possession.ts')).login(name, flags);
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
    .action(async (method: string, target: string, flags: ProofFlags) => {
      await (await import('../client/possession.ts')).prove(method, target, flags);
    });
}
