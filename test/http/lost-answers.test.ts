import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { statement } from '../../src/store/statement.ts';
import { type Answer, ask } from '../service/attestation/agent.ts';
import { makeLicensed } from '../service/events/licensed.ts';

const keptActs = statement((db) => db.selectFrom('kept_act').select(['outcome', 'answer']));
const forgetAnswers = statement((db) => db.updateTable('kept_act').set({ answer: null }));

/** A receipt is by the checkpoint of when it was asked for; all else must be as it was. */
function withoutProof({ status, headers, body }: Answer): unknown {
  const { receipt, ...rest } = body ?? {};
  const act = receipt === undefined ? undefined : { leafIndex: receipt.leafIndex, act: receipt.act };
  return { status, location: headers.get('location'), body: rest, receipt: act };
}

it('an answer that a crash swallowed is made again from what was kept with the act, and nothing is done twice', async () => {
  const { world, partyId, deviceId, licenceId, host } = await makeLicensed();
  const { exporter, operator, authority } = world.people;
  const { facilityId } = world;
  const wrong: string[] = [];

  /** Asks, asks again, and asks once more as if the answer had been lost. */
  const thrice = async (bearer: string, path: string, json: object, method = 'POST'): Promise<Answer> => {
    const wish = { method, bearer, json, headers: { 'idempotency-key': randomUUID() } };
    const first = await ask(world, path, wish);
    if (first.status >= 300) wrong.push(`${path}: ${first.status} ${JSON.stringify(first.body)}`);
    const again = await ask(world, path, wish);
    if (JSON.stringify(again.body) !== JSON.stringify(first.body)) wrong.push(`${path}: another answer`);
    await world.context.store.write((tx) => tx.run(forgetAnswers, {}));
    const head = await world.context.store.read((view) => view.all(leaves, {}));
    const recovered = await ask(world, path, wish);
    expect.soft(withoutProof(recovered), path).toEqual(withoutProof(first));
    const after = await world.context.store.read((view) => view.all(leaves, {}));
    if (after.length !== head.length) wrong.push(`${path}: done again`);
    return first;
  };
  const leaves = statement((db) => db.selectFrom('log_leaf').select('leaf_index'));
  const reason = { reason: 'because' };

  await thrice(exporter.token, '/v1/parties', { legalName: 'Other', country: 'DE' });
  await thrice(authority.token, `/v1/parties/${partyId}/screening`, { standing: 'denied', ...reason });
  const area = { type: 'Point', coordinates: [8, 50], radiusMeters: 100 };
  const place = { name: 'Hall 2', country: 'DE', operatorTenant: 'acme', area };
  const facility = await thrice(exporter.token, '/v1/facilities', place);
  const { id, digest } = facility.body;
  await thrice(authority.token, `/v1/facilities/${id}/authorisation`, { digest, ...reason });
  await thrice(authority.token, `/v1/facilities/${id}/withdrawal`, reason);
  await thrice(exporter.token, '/v1/devices', { kind: 'gpu', serial: 'A' });
  await thrice(exporter.token, '/v1/devices/import', [
    { kind: 'gpu', serial: 'A' },
    { kind: 'gpu', serial: 'B' },
  ]);
  // A dry run leaves no answer behind that could be taken for one to the file.
  const json = [{ kind: 'gpu', serial: 'C' }];
  const once = { method: 'POST', bearer: exporter.token, json, headers: { 'idempotency-key': randomUUID() } };
  const tried = await ask(world, '/v1/devices/import?dryRun=true', once);
  const taken = await ask(world, '/v1/devices/import', once);
  expect.soft([tried.body, taken.body].map(({ dryRun, created }) => [dryRun, created])).toEqual([
    [true, 1],
    [false, 1],
  ]);
  const token = await thrice(operator.token, '/v1/enrolment-tokens', { facilityId });
  await thrice(operator.token, `/v1/enrolment-tokens/${token.body.id}`, {}, 'DELETE');
  const set = { kind: 'tpm-pcrs', name: 's', version: '1', publisher: 'acme', bank: 'sha256', sealed: false };
  const content = { ...set, pcrs: { 7: ['00'.repeat(32)] } };
  const input = await thrice(operator.token, '/v1/trust-inputs', { kind: 'reference-set', content });
  const approval = { digest: input.body.digest };
  await thrice(authority.token, `/v1/trust-inputs/${input.body.id}/approval`, approval);
  await thrice(authority.token, `/v1/trust-inputs/${input.body.id}/withdrawal`, reason);
  await thrice(authority.token, '/v1/decisions', { licenceId });
  await thrice(authority.token, `/v1/hosts/${host.hostId}/suspension`, reason);
  await thrice(authority.token, `/v1/hosts/${host.hostId}/reinstatement`, reason);
  await thrice(exporter.token, `/v1/devices/${deviceId}/retirement`, reason);
  // Their secrets are shown once, and shown again to whoever has the key of the first request: nothing of them is kept in clear.
  const hook = await thrice(exporter.token, '/v1/webhooks', { url: 'https://hooks.example/sextant' });
  const rotated = await thrice(exporter.token, `/v1/webhooks/${hook.body.id}/secret`, {});
  expect(rotated.body.secret).not.toBe(hook.body.secret);
  const kept = await world.context.store.read((view) => view.all(keptActs, {}));
  const text = kept.map(({ outcome, answer }) => [outcome, answer ?? ''].map(String).join()).join();
  for (const secret of [hook.body.secret, rotated.body.secret, token.body.token]) {
    expect(secret).toMatch(/^(?:whsec|sxe)_/);
    expect(text).not.toContain(secret.slice(6));
  }
  await thrice(exporter.token, `/v1/webhooks/${hook.body.id}`, {}, 'DELETE');
  expect(wrong).toEqual([]);
});
