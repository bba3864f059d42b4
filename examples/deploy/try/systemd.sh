#!/usr/bin/env bash
# What docs/deployment.md says of systemd and of the agent's package, done as it says, in a Debian of its own that is started for it: verifier,
# landmark and agent under their units. Takes root, Debian's debootstrap, systemd-container, swtpm and swtpm-tools, its mirror and npm's
# registry, and some minutes. The ports 8443, 4600 and 4680 must be free: the system shares this one's network. It says what of this is
# missing, ends with 0 where all of it held, 1 where something did not, 2 where it could not begin, and leaves nothing behind. In the clone:
#   npm ci && sudo examples/deploy/try/systemd.sh
set -euo pipefail
cd "$(dirname "$0")/../../.."

# All that is missing at once, before anything is made.
missing=()
[ "$(id -u)" = 0 ] || missing+=('root: run it with sudo')
for tool in debootstrap:debootstrap systemd-nspawn:systemd-container swtpm:swtpm swtpm_setup:swtpm-tools npm:npm curl:curl ss:iproute2; do
  command -v "${tool%%:*}" >/dev/null || missing+=("${tool%%:*}: apt install ${tool##*:}")
done
[ -x node_modules/.bin/node ] || missing+=('the packages of this clone: npm ci')
for port in 8443 4600 4680; do
  [ -z "$(ss --no-header -tuln "sport = $port" 2>/dev/null)" ] || missing+=("port $port: another program listens there")
done
if [ ${#missing[@]} -gt 0 ]; then
  printf 'Not begun. This is missing:\n' >&2
  printf '  %s\n' "${missing[@]}" >&2
  exit 2
fi

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
  bookworm "$root" >"$work/log" 2>&1 || { tail "$work/log" >&2; echo 'debootstrap failed: is its mirror reached from here?' >&2; exit 1; }
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
  kill -0 "$nspawn" 2>/dev/null || break
  sleep 0.2
done
state=$([ -z "$leader" ] || within systemctl is-system-running 2>&1 || true)
if [ "$state" != running ]; then
  printf 'systemd is not running here (%s). ' "${state:-it did not start}" >&2
  echo 'A container needs the rights to mount and to make control groups for that: try a machine or a virtual one. Its console said:' >&2
  tail -n 20 "$work/console" >&2
  [ -z "$state" ] || within systemctl list-units --failed --no-legend --no-pager >&2 || true
  exit 1
fi
within bash /root/within.sh
echo '== all of it held'
