import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { formatInstant } from '../../bytes/instant.ts';
import { isLoopbackHost } from '../../bytes/loopback.ts';
import { parsePem } from '../../bytes/pem.ts';
import { ClientLists, knownLists } from '../../http/tls/client-lists.ts';
import type { TlsMaterial } from '../../http/tls/material.ts';
import { endOf, faultsOf, refuses } from '../serve/client-lists.ts';
import { CLIENT_LISTS, recallLists } from '../serve/list-memory.ts';
import type { ServeSettings } from '../serve/settings.ts';
import { readTls, type TlsPaths } from '../serve/tls.ts';
import { type Finding, ok, problem, skipped, warning, wordsOf } from './finding.ts';

type Spoken = TlsPaths & Pick<ServeSettings, 'data' | 'host' | 'publicUrl' | 'dangerouslyPlaintext'>;

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** The files of TLS: together, in force, in order, for the name that hosts use, and the key its owner's alone. */
export function examineTls(settings: Spoken, now: Date): Finding[] {
  let chain: readonly X509Certificate[];
  let lists: Finding[];
  try {
    const material = readTls(settings);
    if (material === undefined) return [plaintext(settings)];
    chain = parsePem(material.cert, { label: 'CERTIFICATE' }).map((der) => new X509Certificate(der));
    lists = clientLists(material, settings.data, now);
  } catch (error) {
    return [
      problem('tls.files', wordsOf(error), 'Give a chain, its own key and CA certificates, each as PEM.'),
    ];
  }
  const [leaf] = chain;
  if (leaf === undefined)
    return [problem('tls.files', 'the chain is empty', 'Give the server’s certificate first.')];
  return [
    dates(chain, now),
    order(chain),
    naming(leaf, settings.publicUrl),
    keyMode(settings.tlsKey ?? ''),
    ...lists,
  ];
}

/** Lists of revoked client certificates: each of use, one for each CA, and how soon the first ends. */
function clientLists({ clientCa, clientLists: files }: TlsMaterial, data: string, now: Date): Finding[] {
  if (clientCa === undefined) return [];
  const id = 'tls.client-lists';
  if (files === undefined)
    return [skipped(id, 'none is given: whether a CA revoked a client’s certificate is not asked')];
  const before = knownLists(recallLists(join(data, CLIENT_LISTS)));
  const state = new ClientLists(clientCa, files, now, before).state(now);
  const faults = faultsOf(state);
  if (faults.length === 0) return [ok(id, `${state.lists.length} in force, the first until ${endOf(state)}`)];
  const mend = 'Fetch the lists in force of each CA, and put them in place by renaming (docs/operations.md).';
  const says = faults.join('; ');
  return [
    refuses(state) ? problem(id, `client certificates are refused: ${says}`, mend) : warning(id, says, mend),
  ];
}

function plaintext({ host, dangerouslyPlaintext }: Spoken): Finding {
  if (isLoopbackHost(host))
    return skipped('tls', 'plain HTTP on this machine (a proxy may end TLS before it)');
  const says = `plain HTTP on ${host}: tokens and evidence can be read in transit`;
  const mend = 'Give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy that ends TLS.';
  return dangerouslyPlaintext ? warning('tls', says, mend) : problem('tls', says, mend);
}

function dates(chain: readonly X509Certificate[], now: Date): Finding {
  const id = 'tls.expiry';
  const mend = 'Renew it: the files are taken up without a restart.';
  const notBefore = new Date(Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime())));
  const notAfter = new Date(Math.min(...chain.map(({ validToDate }) => validToDate.getTime())));
  if (now < notBefore)
    return problem(id, `not in force before ${formatInstant(notBefore)}`, 'Compare the clock.');
  const days = Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS);
  if (now > notAfter) return problem(id, `expired ${formatInstant(notAfter)}`, mend);
  const says = `in force until ${formatInstant(notAfter)}, ${days} days`;
  return days < SOON_DAYS ? warning(id, says, mend) : ok(id, says);
}

function order(chain: readonly X509Certificate[]): Finding {
  const broken = chain.findIndex((one, index) => {
    const above = chain[index + 1];
    return above !== undefined && !(one.checkIssued(above) && one.verify(above.publicKey));
  });
  if (broken === -1) return ok('tls.chain', `${chain.length} certificates, each issued by the next`);
  const says = `certificate ${broken + 1} of the chain is not issued by the next`;
  return problem('tls.chain', says, 'Put the server’s certificate first, then each one’s issuer.');
}

function naming(leaf: X509Certificate, publicUrl: string | undefined): Finding {
  const host = URL.parse(publicUrl ?? '')?.hostname.replace(/^\[|\]$/g, '');
  if (host === undefined) return skipped('tls.name', 'no --public-url says by which name hosts come');
  if ((isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined)
    return ok('tls.name', `for ${host}`);
  const mend = 'Have one issued for that name, or give the --public-url that it is for.';
  return problem(
    'tls.name',
    `the certificate is not for ${host}: ${leaf.subjectAltName ?? 'it names nothing'}`,
    mend,
  );
}

function keyMode(path: string): Finding {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o007) === 0) return ok('tls.key', `${path}, mode ${mode.toString(8).padStart(4, '0')}`);
  return problem(
    'tls.key',
    `anybody on this machine may read ${path}`,
    `chmod o-rwx ${path}, and replace the key.`,
  );
}
