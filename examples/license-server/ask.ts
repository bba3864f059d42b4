/**
 * What a host does: gets its grant from the verifier and shows it to the license server, with a proof of its key each time.
 *
 *     npx node examples/license-server/ask.ts --data .sextant/demo/guest --licence lic_…
 *
 * With `--show` it prints the grant's token instead of using it.
 */
import { parseArgs } from 'node:util';
import { dpopProof } from '../../src/agent/dpop.ts';
import { openDataFolder } from '../../src/agent/folder.ts';
import { loadHostKey } from '../../src/agent/host-key.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.sextant/demo/guest' },
    verifier: { type: 'string', default: 'http://127.0.0.1:8080' },
    server: { type: 'string', default: 'http://127.0.0.1:9090' },
    licence: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const key = loadHostKey(openDataFolder(values.data));
if (key === null || values.licence === undefined) {
  console.error('Name an enrolled host’s folder (--data) and a licence (--licence).');
  process.exit(2);
}

const renewals = new URL('/v1/grants/renewals', values.verifier);
const renewed = await fetch(renewals, {
  method: 'POST',
  headers: { 'content-type': 'application/json', dpop: await dpopProof(key, 'POST', renewals, new Date()) },
  body: JSON.stringify({ licenceId: values.licence, listDevices: true }),
});
const answer: { readonly grant?: { readonly grant: string } | null } = JSON.parse(await renewed.text());
if (!answer.grant) {
  console.error(renewed.status, JSON.stringify(answer, null, 2));
  process.exit(1);
}

const token = answer.grant.grant;
if (values.show) {
  console.log(token);
  process.exit(0);
}

const start = new URL('/start', values.server);
const started = await fetch(start, {
  method: 'POST',
  headers: {
    authorization: `DPoP ${token}`,
    dpop: await dpopProof(key, 'POST', start, new Date(), token),
  },
});
console.log(started.status, await started.text());
process.exitCode = started.ok ? 0 : 1;
