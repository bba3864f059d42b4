import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { bundleAgent, PROJECT } from './bundle.ts';
import { makeDeb } from './deb.ts';
import { makeExecutable } from './executable.ts';
import { makeRpm } from './rpm.ts';

type Options = {
  readonly arch: 'x64' | 'arm64';
  readonly node?: string;
  readonly compression: 'xz' | 'none';
  readonly output: string;
};

const ARCHITECTURES = { x64: ['amd64', 'x86_64'], arm64: ['arm64', 'aarch64'] } as const;

/** Makes the agent's executable and its packages; an RPM where rpmbuild is installed. */
async function packageAgent({ arch, node: given, compression, output }: Options): Promise<void> {
  const node = resolve(given ?? join(PROJECT, `node_modules/node-linux-${arch}/bin/node`));
  const folder = resolve(output);
  const scratch = mkdtempSync(join(tmpdir(), 'sextant-agent-'));
  mkdirSync(folder, { recursive: true });
  const say = (path: string): void => console.log(path);
  try {
    const { code, version, packages } = await bundleAgent();
    const executable = join(folder, `sextant-agent-${version}-linux-${arch}`);
    makeExecutable({ code, node, scratch, output: executable });
    say(executable);
    const [debian, redHat] = ARCHITECTURES[arch];
    const contents = { executable, packages, node, version, scratch, compression } as const;
    const deb = join(folder, `sextant-agent_${version}_${debian}.deb`);
    makeDeb({ ...contents, architecture: debian, output: deb });
    say(deb);
    if (spawnSync('rpmbuild', ['--version']).error !== undefined) {
      console.log('no RPM: rpmbuild is not installed (Debian: rpm)');
      return;
    }
    const rpm = join(folder, `sextant-agent-${version}-1.${redHat}.rpm`);
    makeRpm({ ...contents, architecture: redHat, output: rpm });
    say(rpm);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await new Command('package:agent')
  .description("Make the agent's executable and its packages, for Linux with glibc.")
  .addOption(
    new Option('--arch <architecture>', 'for which machines').choices(['x64', 'arm64']).default('x64'),
  )
  .option(
    '--node <file>',
    'the Node that is to carry it: of that architecture, and of the version that runs this (default: the one among the dependencies)',
  )
  .addOption(
    new Option('--compression <how>', 'of the packages: none is quick, and four times as large')
      .choices(['xz', 'none'])
      .default('xz'),
  )
  .option('--output <folder>', 'where to put them', 'dist/agent')
  .action(packageAgent)
  .parseAsync();
