import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CONFIGURATION,
  DISABLED,
  installed,
  layOut,
  NAME,
  type PackageOptions,
  STOPPED,
  SUMMARY,
} from './contents.ts';

const PAYLOADS = { xz: 'w6.xzdio', none: 'w0.gzdio' } as const;

/** An RPM: of Enterprise Linux 8 or newer, and Fedora. */
export function makeRpm({
  version,
  architecture,
  scratch,
  output,
  compression,
  ...contents
}: PackageOptions<'x86_64' | 'aarch64'>): void {
  const root = join(scratch, 'rpm-files');
  layOut(root, contents);
  const spec = join(scratch, `${NAME}.spec`);
  // Stripping breaks the executable, and its libraries are named below: nothing is done to the files, and nothing read out of them.
  writeFileSync(
    spec,
    `%global __os_install_post %{nil}
%global debug_package %{nil}
Name: ${NAME}
Version: ${version}
Release: 1
Summary: ${SUMMARY}
License: Apache-2.0 AND MIT
AutoReqProv: no
Requires: glibc >= 2.28, libstdc++, systemd >= 239
Recommends: tpm2-tools

%description
One executable, an unprivileged user in the group tss, and a hardened unit. Nothing is
sent anywhere before the host is enrolled: sextant agent enrol --help.

%install
mkdir -p %{buildroot}
cp -a ${root}/. %{buildroot}/

%files
%attr(0755, root, root) /usr/bin/sextant
%attr(0644, root, root) /usr/lib/systemd/system/sextant-agent.service
%attr(0644, root, root) /usr/lib/sysusers.d/sextant-agent.conf
%attr(0644, root, root) /usr/lib/tmpfiles.d/sextant-agent.conf
%config(noreplace) %attr(0644, root, root) ${CONFIGURATION}
%doc %attr(0644, root, root) /usr/share/doc/sextant-agent/copyright

%post
root=
${installed('[ "$1" = 1 ]')}
%preun
[ "$1" = 0 ] || exit 0
root=
${STOPPED}${DISABLED}`,
  );
  const top = join(scratch, 'rpm');
  const define = (name: string, value: string): string[] => ['--define', `${name} ${value}`];
  const options = [...define('_topdir', top), ...define('_binary_payload', PAYLOADS[compression])];
  execFileSync('rpmbuild', ['-bb', '--target', architecture, ...options, spec], { stdio: 'pipe' });
  const [made = ''] = readdirSync(join(top, 'RPMS', architecture));
  copyFileSync(join(top, 'RPMS', architecture, made), output);
}
