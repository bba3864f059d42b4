import { Command, InvalidArgumentError } from 'commander';
import { auditExportCommand } from './export/command.ts';

export type AuditOptions = {
  readonly mirror?: string;
  readonly key?: string;
  readonly checkpoint: readonly string[];
  readonly receipt: readonly string[];
  readonly witness: readonly string[];
  readonly witnesses?: number;
  readonly as?: string;
  readonly data?: string;
  readonly replay: boolean;
  readonly whole?: boolean;
  readonly json?: boolean;
  readonly html?: string;
  readonly watch?: number;
};

/** Loads what it needs when it runs: no other command pays for it. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('Check a verifier’s log and everything that is kept beside it, trusting nobody.')
    .argument(
      '<source>',
      'a verifier’s address, a folder of its files or a mirror, or its database: a file, or postgres://…',
    )
    .option('--mirror <folder>', 'keep what was read there, and go on from there the next time')
    .option('--key <line>', 'the log’s key as its operator publishes it elsewhere, name+id+key')
    .option(
      '--checkpoint <file>',
      'a checkpoint that somebody else was shown: the log must have grown out of it',
      collect,
      [],
    )
    .option(
      '--receipt <file>',
      'a receipt that somebody was given, as JSON; its act must stand in this log',
      collect,
      [],
    )
    .option('--witness <line>', 'the key of a witness that must have cosigned', collect, [])
    .option('--witnesses <number>', 'so many of them (default: all)', count)
    .option('--as <name>', 'read acts and records with the token saved under this name (or SEXTANT_TOKEN)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .option('--no-replay', 'compare digests, and judge nothing again')
    .option('--whole', 'read everything again, whatever the mirror has')
    .option('--json', 'print the report as JSON')
    .option('--html <file>', 'write the report as one page besides')
    .option('--watch <seconds>', 'again and again, and tell what is new; needs --mirror', count)
    .addHelpText(
      'after',
      `
What is read: every tile, entry and signature; that the log grew out of every checkpoint that the mirror or another reader has; every act against its leaf; what
is kept of appraisals, decisions and trust inputs against their acts; and evidence judged again by the documents of its day. Acts and records take
an auditor’s token, a mirror that was made with one, or the database itself. Of a database alone nothing is signed: give it a --checkpoint.

Exit status: 0 holds, 1 something diverges (each by its code: docs/audit.md), 2 could not be audited. What could not be checked is listed, and
is neither.

Examples:
  sextant audit https://verifier.example --mirror audit/ --as auditor --key 'verifier.example/v1/log+…'
  sextant audit audit/ --html report.html
  sextant audit /var/lib/sextant/sextant.db --checkpoint published-checkpoint
  sextant audit postgres://reader@db.example/sextant --checkpoint published-checkpoint
  sextant audit https://verifier.example --mirror audit/ --as auditor --watch 60`,
    )
    .addCommand(auditExportCommand())
    .action(async (source: string, options: AuditOptions) => {
      const { steadyMemory } = await import('./steady-memory.ts');
      steadyMemory();
      const { audit } = await import('./audit.ts');
      process.exitCode = await audit(source, options);
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 86_400) return number;
  throw new InvalidArgumentError('expected a whole number of at least 1.');
}
