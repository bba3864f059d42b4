#!/usr/bin/env bash
# What docs/deployment.md says of systemd and of the agent's package, done as it says, in a Debian of its own that is started for it: verifier,
# landmark and agent under their units. Takes root, Debian's debootstrap, systemd-container, swtpm and swtpm-tools, its mirror and npm's
# registry, and some minutes. The ports 8443, 4600 and 4680 must be free: the system shares this one's network. Run it in the clone:
#   npm ci && sudo examples/deploy/try/systemd.sh
set -euo pipefail
cd "$(dirname "$0")/../../.."

work=$(mktemp -d /tmp/sextant-try-XXXXXX)
root=$work/root
leader=
within() {
  nsenter -t "$leader" -m -u -i -n -p -C -r -w env -i HOME=/root LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
finish() {
  [ -z "$leader" ] || kill -s RTMIN+4 "$leader" 2>/dev/null || true # systemd: power off
  [ ! -e "$work/tpm/pid" ] || kill "$(cat "$work/tpm/pid")" 2>/dev/null || true
  wait
  ! mountpoint -q "$root/proc" || umount "$root/proc"
  rm -rf --one-file-system "$work"
}
trap finish EXIT

echo '== a Debian with Node'
debootstrap --variant=minbase \
  --include=systemd,systemd-sysv,dbus,udev,procps,iproute2,curl,openssl,ca-certificates,libstdc++6,tpm2-tools,libtss2-tcti-swtpm0 \
  bookworm "$root" >"$work/log" || { tail "$work/log"; exit 1; }
! mountpoint -q "$root/proc" || umount "$root/proc"
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")") # it is JavaScript: the same everywhere
node=$(npx --no -- node -p process.execPath)
cp "$node" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules" "$root/srv/tpm" "$root/root/clone/examples/deploy"
cp -r "$npm" "$root/usr/local/lib/node_modules/"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
# Where this machine has a CA of its own before the registry, npm needs it there too.
[ -z "${NODE_EXTRA_CA_CERTS:-}" ] || cp "$NODE_EXTRA_CA_CERTS" "$root/root/registry-ca.pem"

echo '== the package of the program, and the agent'
npm pack --silent --pack-destination "$root/root/clone"
npm run --silent package:agent -- --compression none --output "$work/agent"
cp "$work"/agent/*.deb "$root/root/clone/"
cp -r examples/deploy/systemd "$root/root/clone/examples/deploy/"
cp examples/deploy/try/within.sh "$root/root/"

echo '== a TPM in software'
mkdir "$work/tpm"
export XDG_CONFIG_HOME=$work/tpm
swtpm_setup --create-config-files root >/dev/null
swtpm_setup --tpm2 --tpmstate "$work/tpm" --create-ek-cert --lock-nvram --pcr-banks sha256 >/dev/null
swtpm socket --tpm2 --daemon --pid "file=$work/tpm/pid" --tpmstate "dir=$work/tpm" --flags not-need-init,startup-clear \
  --server "type=unixio,path=$root/srv/tpm/socket" --ctrl "type=unixio,path=$root/srv/tpm/socket.ctrl"
chmod 0666 "$root"/srv/tpm/socket*
cp "$work"/tpm/var/lib/swtpm-localca/{swtpm-localca-rootca-cert,issuercert}.pem "$root/root/"

echo '== systemd starts'
systemd-nspawn --boot --directory="$root" --register=no --keep-unit --console=pipe </dev/null >"$work/console" 2>&1 &
nspawn=$!
for _ in $(seq 300); do
  leader=$(pgrep -P "$nspawn" || true)
  [ -z "$leader" ] || ! within systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded' || break
  sleep 0.2
done
within systemctl is-system-running
within bash /root/within.sh
echo '== all of it held'
