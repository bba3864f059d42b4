import { Command } from 'commander';
import { addSettings, configured } from '../configuration/command.ts';
import { VERIFIER } from './settings.ts';

export function serveCommand(): Command {
  const command = new Command('serve').description(
    'Run a verifier, on its embedded database or on PostgreSQL.',
  );
  return (
    addSettings(command, VERIFIER)
      .addHelpText(
        'after',
        `
The first start writes an administrator's token to <data>/admin.token and prints only that path.
Stop with Ctrl-C: requests under way are finished first; a second time ends it at once.

Examples:
  sextant serve
  sextant serve --host 0.0.0.0 --port 8443 --tls-cert chain.pem --tls-key key.pem --public-url https://verifier.example
  sextant serve --config /etc/sextant/verifier.json --print-config`,
      )
      // What serves is loaded by whoever serves: the other commands start without it.
      .action(configured(VERIFIER, async (settings) => (await import('./serve.ts')).serve(settings)))
  );
}
