import { expect, it, onTestFinished } from 'vitest';
import { ROLE_SCOPES } from '../../src/service/access/scopes.ts';
import type { Role } from '../../src/service/principal.ts';
import { shown } from '../http/possession.ts';
import { licenceFor } from './composite.ts';
import { locateGuest, REYKJAVIK } from './landmarks.ts';
import { beginLocated, declareGuest, ICELAND } from './located.ts';

/** Numbers of five digits and more: a coordinate, a round trip, a radius. */
const numbersIn = (text: string): Set<string> =>
  new Set([...text.matchAll(/\d+(?:\.\d+)?/g)].map(([found]) => found).filter((found) => digits(found) >= 5));
const digits = (number: string): number => number.replace('.', '').replace(/^0+/, '').length;

/** A text, and whatever the tokens in it say. */
const opened = (text: string): string =>
  text +
  [...text.matchAll(/eyJ[\w-]+\.([\w-]+)\.[\w-]*/g)]
    .map(([, payload = '']) => Buffer.from(payload, 'base64url').toString('utf8'))
    .join('\n');

it('nobody but auditors is shown where a host is that must not be told, on any route, in any event, token or act', {
  timeout: 120_000,
}, async () => {
  const all = await beginLocated();
  const { world, fleet, guest, hostId } = all;
  onTestFinished(() => world.close());
  await world.authorise({ ...ICELAND, disclosure: 'area-only' });
  const deviceId = await declareGuest(all);
  await licenceFor(world, [deviceId]);
  await guest.attest();
  const located = await locateGuest(world, guest, fleet, { place: REYKJAVIK });
  const { verifier } = world;
  const [licence] = (await verifier.call('GET', '/v1/licences', { token: world.tokens.authority })).body[
    'items'
  ] as { id: string }[]; // as its schema says
  const licenceId = licence?.id ?? '';
  const asked = { token: world.tokens.authority, body: { licenceId } };
  const decision = await verifier.call('POST', '/v1/decisions', asked);
  const decisionId = String(decision.body['id']);
  const { token: auditor } = await verifier.principal('auditor', 'bureau');
  const { token: administrator } = await verifier.principal('administrator', 'bureau');

  const read = async (token: string, path: string): Promise<string> => {
    const url = `${verifier.url}${path}`;
    const now = verifier.context.clock();
    const response = await fetch(url, { headers: shown(token, { method: 'GET', url, now }) });
    return response.text();
  };
  const whole = await read(auditor, `/v1/hosts/${hostId}/location`);
  const known = numbersIn(await read(world.tokens.authority, '/v1/landmarks'));
  for (const { id } of fleet) for (const number of numbersIn(id)) known.add(number);
  const { verdict, region, receipts } = JSON.parse(whole);
  const told = JSON.stringify([verdict, region, receipts]).replaceAll(/"[^"]*"/g, '');
  const secrets = [...numbersIn(told)].filter((number) => !known.has(number));
  expect(secrets.length).toBeGreaterThan(50);

  const sessionId = located.sessionId;
  const ids: { readonly [name: string]: readonly string[] } = {
    hostId: [hostId],
    facilityId: [world.facilityId],
    deviceId: [deviceId],
    sessionId: [sessionId],
    licenceId: [licenceId],
    decisionId: [decisionId],
    bundle: ['0'],
    leafIndex: [String(located.receipt?.leafIndex)],
    kind: ['appraisals', 'decisions', 'evidence'],
    recordId: [sessionId, decisionId],
  };
  const tokens: readonly (readonly [Role, string])[] = [
    ['exporter', world.tokens.exporter],
    ['operator', world.tokens.operator],
    ['authority', world.tokens.authority],
    ['administrator', administrator],
  ];
  const leaks: string[] = [];
  let answered = 0;
  const look = (where: string, text: string): void => {
    const numbers = numbersIn(opened(text));
    for (const secret of secrets) if (numbers.has(secret)) leaks.push(`${where}: ${secret}`);
  };
  for (const { method, path, authorise } of verifier.routes) {
    if (method !== 'GET' || path.includes('stream')) continue;
    for (const [role, token] of tokens) {
      if (authorise.scheme === 'bearer' && !ROLE_SCOPES[role].includes(authorise.scope)) continue;
      let paths: string[] = [path];
      for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g))
        paths = (ids[name] ?? []).flatMap((id) => paths.map((one) => one.replace(`{${name}}`, id)));
      for (const one of paths) {
        const text = await read(token, one);
        if (!text.includes('"status":4')) answered++;
        look(`${role} ${one}`, text);
      }
    }
  }
  look('the host itself', JSON.stringify(located));
  expect(answered).toBeGreaterThan(80);
  expect(leaks).toEqual([]);
  // And who looks for them finds them where they are.
  look('auditor', whole);
  expect(leaks.length).toBe(secrets.length);
});
