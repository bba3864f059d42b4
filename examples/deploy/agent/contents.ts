import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PROJECT } from './bundle.ts';

export const NAME = 'sextant-agent';
export const SUMMARY = 'Attests a host to a Sextant verifier by its TPM or confidential guest';
export const STATE = '/var/lib/sextant-agent';
export const CONFIGURATION = '/etc/default/sextant-agent';

export type Contents = {
  /** The agent, or in tests anything that stands for it. */
  readonly executable: string;
  /** Packages that are in it. */
  readonly packages: readonly string[];
  /** The Node that carries it: its licence lies beside. */
  readonly node: string;
};

/** What a package is made of, and where; architectures have other names in either world. */
export type PackageOptions<Architecture extends string> = Contents & {
  readonly version: string;
  readonly architecture: Architecture;
  readonly scratch: string;
  readonly output: string;
  /** xz takes most of a minute and saves the most. */
  readonly compression: 'xz' | 'none';
};

/** The tree of files that either package installs. */
export function layOut(root: string, { executable, packages, node }: Contents): void {
  const put = (path: string, text: string, mode: number): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  cpSync(executable, join(root, 'usr/bin/sextant'));
  const unit = readFileSync(resolve(PROJECT, 'examples/deploy/systemd/sextant-agent.service'), 'utf8');
  put('usr/lib/systemd/system/sextant-agent.service', unit, 0o644);
  put('usr/lib/sysusers.d/sextant-agent.conf', SYSUSERS, 0o644);
  put('usr/lib/tmpfiles.d/sextant-agent.conf', TMPFILES, 0o644);
  put(CONFIGURATION, DEFAULTS, 0o644);
  put('usr/share/doc/sextant-agent/copyright', licences(packages, node), 0o644);
}

const SYSUSERS = `# The agent's own user: it may use the TPM, and nothing else that is anybody's.
g tss -
u sextant-agent - "Sextant agent" ${STATE}
m sextant-agent tss
`;

/** Whoever enrols the host does it as that user, who may make no folder there. */
const TMPFILES = `# Where the agent keeps its host's key.
d ${STATE} 0700 sextant-agent sextant-agent -
`;

const DEFAULTS = `# Settings of sextant-agent.service: docs/configuration.md. Whoever can write this file decides whom the agent speaks to.
#SEXTANT_AGENT_VERIFIER=https://verifier.example
#HTTPS_PROXY=http://proxy.example:3128
#NO_PROXY=verifier.example
`;

function licences(packages: readonly string[], node: string): string {
  const beside = resolve(dirname(node), '../LICENSE');
  const of = (name: string): string => {
    const file = ['LICENSE', 'LICENSE.md', 'license'].find((one) =>
      existsSync(resolve(PROJECT, 'node_modules', name, one)),
    );
    if (file === undefined) throw new Error(`${name} has no licence to hand on`);
    return readFileSync(resolve(PROJECT, 'node_modules', name, file), 'utf8');
  };
  return [
    ['sextant', readFileSync(resolve(PROJECT, 'LICENSE'), 'utf8')],
    [
      'node',
      existsSync(beside)
        ? readFileSync(beside, 'utf8')
        : 'MIT: https://github.com/nodejs/node/blob/main/LICENSE\n',
    ],
    ...packages.map((name) => [name, of(name)]),
  ]
    .map(([name, text]) => `=== ${name}\n\n${text}`)
    .join('\n');
}

/**
 * What runs once the files are there: the user, its folder, the unit, and the service where systemd runs. `root` is empty, or where a
 * package manager installs into another system's folder. What was disabled or stopped stays so when the package is upgraded.
 *
 * @param isFirst asks, in the shell, whether no version was there before
 */
export const installed = (
  isFirst: string,
): string => `systemd-sysusers --root="\${root:-/}" sextant-agent.conf
systemd-tmpfiles --root="\${root:-/}" --create sextant-agent.conf
if ${isFirst}; then systemctl --root="\${root:-/}" --quiet enable sextant-agent.service; fi
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl try-restart sextant-agent.service
  if ${isFirst}; then systemctl start sextant-agent.service; fi
fi
`;

/** Before the files go. What the agent keeps, its host's key among it, stays. */
export const STOPPED = `if [ -z "$root" ] && [ -d /run/systemd/system ]; then
  systemctl stop sextant-agent.service
fi
`;

/** Whether the service is to run is forgotten. */
export const DISABLED = `rm -f "$root/etc/systemd/system/multi-user.target.wants/sextant-agent.service"
`;
