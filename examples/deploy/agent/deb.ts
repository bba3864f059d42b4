import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CONFIGURATION,
  DISABLED,
  installed,
  layOut,
  NAME,
  type PackageOptions,
  STATE,
  STOPPED,
  SUMMARY,
} from './contents.ts';

/** A Debian package: Debian 11 or newer, Ubuntu 20.04 or newer, by what Node asks of the C library. */
export function makeDeb({
  version,
  architecture,
  scratch,
  output,
  compression,
  ...contents
}: PackageOptions<'amd64' | 'arm64'>): void {
  const root = join(scratch, 'deb');
  layOut(root, contents);
  mkdirSync(join(root, 'DEBIAN'));
  const control = (name: string, text: string, mode = 0o644): void =>
    writeFileSync(join(root, 'DEBIAN', name), text, { mode });
  control(
    'control',
    `Package: ${NAME}
Version: ${version}
Architecture: ${architecture}
Maintainer: Sextant maintainers <maintainers@sextant.invalid>
Section: admin
Priority: optional
Depends: libc6 (>= 2.28), libstdc++6, systemd (>= 247)
Recommends: tpm2-tools, tpm-udev
Description: ${SUMMARY}
 One executable, an unprivileged user in the group tss, and a hardened unit. Nothing is
 sent anywhere before the host is enrolled: sextant agent enrol --help.
`,
  );
  control('conffiles', `${CONFIGURATION}\n`);
  const script = (words: string, body: string): string =>
    `#!/bin/sh\nset -e\nroot="$DPKG_ROOT"\ncase "$1" in ${words}) ;; *) exit 0 ;; esac\n${body}`;
  control('postinst', script('configure', installed('[ -z "$2" ]')), 0o755);
  control('prerm', script('remove', STOPPED), 0o755);
  // A package that was removed and comes again finds all of it: it goes when the package is purged.
  control('postrm', script('purge', `${DISABLED}rm -rf "$root${STATE}"\n`), 0o755);
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', root, output], {
    stdio: 'pipe',
  });
}
