import { Command } from 'commander';
import type { JsonValue } from '../../bytes/json.ts';
import { apiCommand, json } from '../client/api-command.ts';
import { toApprove } from '../commands/trust.ts';

type Flags = { readonly json?: boolean };

/** Cedar takes a while to load: each command fetches what it needs when it is run, and the others never do. */
export function policyCommands(): Command {
  const policy = new Command('policy')
    .description('Rule packs: what a government asks of licences, as rules that can be tried.')
    .addHelpText(
      'after',
      `
A rule pack is a folder of five files:
  manifest.json        name, version, legal status, sources, and what the pack leaves out
  schema.cedarschema   which attributes of a request its rules read; all of them are needed
  policies.cedar       the rules, each with @id, @code, @kind, @sentence and @mend
  data.json            country groups, lists, limits, chips with their TPP
  tests.json           requests and what becomes of them; each rule decided both ways

Exit status: 0 all well, 1 the answer is no (a fault, a failed test, a denial, a difference), 2 could not be judged.

Examples:
  sextant policy check packs/base
  sextant policy test examples/packs/diffusion-2025
  sextant policy explain packs/base --input request.json
  sextant policy diff packs/base my-pack
  sextant policy propose my-pack --as authority

Documentation: docs/rule-packs.md`,
    );
  policy
    .command('check')
    .description('Is the pack sound? Names every fault, and the digest that a licence would name.')
    .argument('<pack>', 'folder of a rule pack, or one JSON document of it')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  sextant policy check packs/base --json')
    .action(async (pack: string, { json }: Flags) => {
      const { check } = await import('./check.ts');
      process.exitCode = check(pack, json === true);
    });
  policy
    .command('test')
    .description("Runs the pack's tests, and says which rule no test decides.")
    .argument('<pack>', 'folder of a rule pack, or one JSON document of it')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  sextant policy test examples/packs/china-2026')
    .action(async (pack: string, { json }: Flags) => {
      const { test } = await import('./test.ts');
      process.exitCode = test(pack, json === true);
    });
  policy
    .command('explain')
    .description('Why is this request allowed or denied? Rule by rule.')
    .argument('<pack>', 'folder of a rule pack, or one JSON document of it')
    .requiredOption('--input <file>', 'the request as JSON (docs/rule-packs.md); - for standard input')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Nothing is decided here, and no built-in rule of the gate is asked: only what the pack would add.

Example:
  sextant policy explain packs/base --input request.json`,
    )
    .action(async (pack: string, { input, json }: Flags & { readonly input: string }) => {
      const { explainRequest } = await import('./explain.ts');
      process.exitCode = explainRequest(pack, input, json === true);
    });
  policy
    .command('diff')
    .description(
      "What a newer pack changes: rules, data, and which of both packs' tests it answers otherwise.",
    )
    .argument('<before>', 'a rule pack')
    .argument('<after>', 'another, as a newer version of it')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  sextant policy diff packs/base my-pack')
    .action(async (before: string, after: string, { json }: Flags) => {
      const { diff } = await import('./diff.ts');
      process.exitCode = diff(before, after, json === true);
    });
  policy.addCommand(
    apiCommand({
      name: 'propose',
      description: 'Propose a pack to a verifier; it decides once another principal approves it.',
      arguments: [['<pack>', 'folder of a rule pack, or one JSON document of it']],
      request: async ([path = '']) => {
        const { readPack } = await import('./read-pack.ts');
        const content: JsonValue = JSON.parse(JSON.stringify(readPack(path)));
        return { method: 'POST', path: '/v1/trust-inputs', body: json({ kind: 'rule-pack', content }) };
      },
      view: { kind: 'object' },
      next: toApprove,
      help: 'A licence names it by name and version, and denies while it is not in force.\n\nExample:\n  sextant policy propose packs/base --as authority',
    }),
  );
  return policy;
}
