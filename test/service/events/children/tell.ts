import { startVerifier } from '../../../../src/cli/serve/verifier.ts';
import { createLogger } from '../../../../src/http/logger.ts';
import { createPrincipal } from '../../../../src/service/access/principals.ts';
import { ROLE_SCOPES } from '../../../../src/service/access/scopes.ts';
import type { Principal } from '../../../../src/service/principal.ts';
import { registerParty } from '../../../../src/service/registry/parties.ts';
import { addWebhook } from '../../../../src/service/webhook/webhooks.ts';
import { databaseOf } from '../../../postgres/choice.ts';

/**
 * A verifier that registers a webhook and a party and is killed by its own hand as soon as both are durable; without a `HOOK_URL`, one that serves
 * until somebody else kills it.
 */
const { HOOK_DATA: data = '', HOOK_URL: url } = process.env;
const { context } = await startVerifier({
  data,
  ...(await databaseOf(data)),
  host: '127.0.0.1',
  port: 0,
  log: createLogger('silent'),
  config: { webhookTargets: { plaintextToLoopback: true, privateNetworks: false } },
});
if (url !== undefined) {
  const scopes = new Set<string>(ROLE_SCOPES.exporter);
  const self: Principal = { id: 'test', name: 'test', role: 'administrator', tenant: 'chips', scopes };
  const { id } = await createPrincipal(context, self, { name: 'chips', role: 'exporter', tenant: 'chips' });
  const exporter: Principal = { ...self, id, role: 'exporter' };
  await addWebhook(context, exporter, { url });
  await registerParty(context, exporter, { legalName: 'Acme', country: 'IS' });
  process.kill(process.pid, 'SIGKILL');
}
