#!/usr/bin/env bash
# The half of systemd.sh that runs in the system that it started.
set -euo pipefail
cd /root/clone
url=https://verifier.example:8443
[ ! -e /root/registry-ca.pem ] || export NODE_EXTRA_CA_CERTS=/root/registry-ca.pem

fail() { echo "FAILED: $*" >&2; journalctl --no-pager -o cat -n 30 >&2; exit 1; }
is() { [ "$1" = "$2" ] || fail "$3: $1, not $2"; echo "ok  $3"; }
within() { # seconds, what it waits for
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || fail "waited for: $*"; sleep 0.2; done
}
show() { systemctl show --property "$1" --value "$2"; }
ask() { curl --silent --show-error --cacert /etc/sextant/ca.pem --resolve verifier.example:8443:127.0.0.1 "$@"; }
ready() { ask --fail "$url/readyz"; }
certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out chain.pem -days 30 \
    -subj /CN=verifier.example -addext subjectAltName=DNS:verifier.example 2>/dev/null
  install -m 0644 chain.pem /etc/sextant/ca.pem
  install -m 0640 -g sextant-tls chain.pem key.pem /etc/sextant/tls/
}
confined() { # unit: nobody, without a capability, unable to write outside
  local pid; pid=$(show MainPID "$1")
  is "$(awk '/^(CapEff|CapBnd|NoNewPrivs|Seccomp):/ { printf "%s ", $2 }' "/proc/$pid/status")" '0000000000000000 0000000000000000 1 2 ' \
    "$1 has no capability, gains none, and is asked what it calls"
  [ "$(stat -c %u "/proc/$pid")" != 0 ] || fail "$1 is root"
  ! nsenter -t "$pid" -m touch /etc/x /usr/x /var/x /root/x 2>/dev/null || fail "$1 sees a system that can be written"
}
killed() { # unit: comes again
  local before; before=$(show MainPID "$1")
  kill -9 "$before"
  again() { [ "$(show MainPID "$1")" != "$before" ] && [ "$(show MainPID "$1")" != 0 ] && systemctl is-active "$1"; }
  within 30 again "$1"
  is "$(show NRestarts "$1")" 1 "$1 starts again after kill -9"
}
echo 127.0.0.1 verifier.example >>/etc/hosts

echo '== the verifier'
npm install --silent --global --prefix /usr/local sextant-*.tgz
install -m 0644 examples/deploy/systemd/sextant-verifier.service /etc/systemd/system/
groupadd --system --force sextant-tls
install -d -m 0755 /etc/sextant && install -d -m 0750 -g sextant-tls /etc/sextant/tls
certificate
echo "{\"host\":\"0.0.0.0\",\"port\":8443,\"publicUrl\":\"$url\",\"logOrigin\":\"verifier.example/log\"}" >/etc/sextant/verifier.json
systemctl enable --quiet --now sextant-verifier
within 120 ready
confined sextant-verifier
certificate
systemctl reload sextant-verifier
within 5 ready
certificate
within 20 ready
is "$(show NRestarts sextant-verifier)" 0 'renewed certificates are taken up without a restart'
killed sextant-verifier
within 120 ready

echo '== a landmark'
sextant landmark key --key landmark.pem 2>/dev/null >landmark.pub
install -m 0600 landmark.pem /etc/sextant/
install -m 0644 examples/deploy/systemd/sextant-landmark.service /etc/systemd/system/
# The verifier's certificate is nobody's but this system's.
mkdir -p /etc/systemd/system/sextant-landmark.service.d
printf '[Service]\nEnvironment=NODE_EXTRA_CA_CERTS=/etc/sextant/ca.pem\n' >/etc/systemd/system/sextant-landmark.service.d/ca.conf
echo "{\"id\":\"frankfurt-1\",\"place\":\"50.1109,8.6821\",\"uncertainty\":50,\"verifier\":[\"$url\"],\"listen\":[\"127.0.0.1:4600\"]}" \
  >/etc/sextant/landmark.json
systemctl daemon-reload
systemctl enable --quiet --now sextant-landmark
within 60 curl --silent --fail http://127.0.0.1:4680/healthz
confined sextant-landmark
killed sextant-landmark
within 60 curl --silent --fail http://127.0.0.1:4680/healthz
is "$(ss --no-header -uln 'sport = 4600' | wc -l)" 1 'the landmark listens, and has the permit keys of the verifier'

echo '== the agent'
dpkg --install sextant-agent_*.deb >/dev/null
is "$(systemctl is-enabled sextant-agent) $(systemctl is-active sextant-agent || true)" 'enabled inactive' 'the agent waits for its host to be enrolled'
printf 'SEXTANT_AGENT_TCTI=swtpm:path=/srv/tpm/socket\nNODE_EXTRA_CA_CERTS=/etc/sextant/ca.pem\n' >>/etc/default/sextant-agent
as_administrator() { NODE_EXTRA_CA_CERTS=/etc/sextant/ca.pem SEXTANT_URL=$url SEXTANT_DATA=/var/lib/sextant sextant "$@"; }
for person in 'exporter exporter example' 'operator operator frankfurt' 'first authority authority' 'second authority authority'; do
  read -r name role tenant <<<"$person"
  as_administrator principal add --name "$name" --role "$role" --tenant "$tenant" --save "$name" >/dev/null
done
facility=$(as_administrator facility propose --as exporter --name Frankfurt --country DE --operator frankfurt --point 50.1109,8.6821 --radius 400 --only id)
as_administrator facility authorise "$facility" --as first --reason seen \
  --digest "$(as_administrator facility show "$facility" --as first --only digest)" >/dev/null
anchors=$(as_administrator trust propose-anchors --as first --name swtpm --version 1 --only id /root/swtpm-localca-rootca-cert.pem /root/issuercert.pem)
as_administrator trust approve "$anchors" --as second --digest "$(as_administrator trust show "$anchors" --as first --only digest)" >/dev/null
as_administrator host token --as operator --facility "$facility" --save /root/enrolment.token >/dev/null
env -i HOME=/ PATH=/usr/bin:/bin $(grep -v '^#' /etc/default/sextant-agent) setpriv --reuid=sextant-agent --regid=sextant-agent --init-groups \
  sextant agent enrol --data /var/lib/sextant-agent --verifier "$url" --token-file - </root/enrolment.token
systemctl start sextant-agent
attested() { journalctl --unit sextant-agent -o cat --no-pager | grep -q '^attested'; }
within 60 attested
confined sextant-agent
killed sextant-agent
dpkg --install sextant-agent_*.deb >/dev/null
is "$(systemctl is-active sextant-agent)" active 'the agent goes on over the next package'
systemctl disable --quiet --now sextant-agent
dpkg --install sextant-agent_*.deb >/dev/null
is "$(systemctl is-enabled sextant-agent || true) $(systemctl is-active sextant-agent || true)" 'disabled inactive' 'an upgrade starts nothing that was disabled'
dpkg --remove sextant-agent >/dev/null
[ -e /var/lib/sextant-agent/host.json ] || fail 'the key went with the package'
dpkg --purge sextant-agent >/dev/null
[ ! -e /var/lib/sextant-agent ] || fail 'the key stayed after the package was purged'

echo '== the end'
systemctl stop --no-block sextant-verifier
draining() { [ "$(ask --output /dev/null --write-out '%{http_code}' "$url/readyz")" = 503 ]; }
within 5 draining
is "$(ask --output /dev/null --write-out '%{http_code}' "$url/healthz")" 200 'a verifier that is told to stop says so, and serves on'
stopped() { [ "$(systemctl is-active sextant-verifier)" = inactive ]; }
within 60 stopped
is "$(show Result sextant-verifier) $(show ExecMainStatus sextant-verifier)" 'success 0' 'it ends by itself'
is "$(systemctl list-units --failed --no-legend | wc -l)" 0 'no unit failed'
