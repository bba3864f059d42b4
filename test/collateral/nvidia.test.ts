import { describe, expect, it } from 'vitest';
import { exportCollateral } from '../../src/collateral/exchange/export.ts';
import { importCollateral } from '../../src/collateral/exchange/import.ts';
import { forgeNvidiaPki } from '../../src/forge/nvidia/pki.ts';
import { parseOcspResponse } from '../../src/pki/index.ts';
import { HOPPER_DRIVER_RIM, HOPPER_VBIOS_RIM } from '../evidence/nvidia/forged.ts';
import { AT, BOTH, chain, codesOf, manifest, PATH, RIMS, world } from './nvidia-world.ts';

const NEED = { rimIds: BOTH, paths: [PATH] };
const LEAF_ALONE = { 'chain[0]': 'collateral_not_found' };
const isRim = (path: string): boolean => path.startsWith('/v1/rim/');

function revoked(ocsp: readonly Uint8Array[]): number {
  const statuses = ocsp.flatMap((der) => {
    const response = parseOcspResponse(der);
    return response.responseStatus === 'successful' ? response.basic.responses : [];
  });
  return statuses.filter(({ certStatus }) => certStatus.status === 'revoked').length;
}

describe('NVIDIA collateral', () => {
  it('is manifests and the status of every certificate, signers included; about the leaf nobody answers', async () => {
    const { server, start } = await world();
    const { rims, ocsp, absent, provenance } = await start().nvidia(NEED);
    expect(rims).toEqual(RIMS);
    expect(ocsp).toHaveLength(6);
    expect(ocsp.every((der) => parseOcspResponse(der).responseStatus === 'successful')).toBe(true);
    expect(codesOf(absent)).toEqual(LEAF_ALONE);
    expect(provenance).toHaveLength(8);
    expect(server.requests.filter(isRim).sort()).toEqual(BOTH.map((id) => `/v1/rim/${id}`).sort());
    expect(server.requests).toHaveLength(9);
  });

  it('of several devices of one model is asked for once each, by several hosts at once as well', async () => {
    const { server, start } = await world();
    const collateral = start();
    const need = { rimIds: [...BOTH, ...BOTH, ...BOTH], paths: [NEED.paths, NEED.paths, NEED.paths].flat() };
    const sets = await Promise.all([
      collateral.nvidia(need),
      collateral.nvidia(need),
      collateral.nvidia(NEED),
    ]);
    for (const { rims, ocsp } of sets) expect([rims.size, ocsp.length]).toEqual([2, 6]);
    expect(server.requests).toHaveLength(9);
  });

  it('names a manifest that is not published, and does not ask for it again at once', async () => {
    const { server, start, pass } = await world({ rims: new Map() });
    const collateral = start();
    const expected = { ...LEAF_ALONE, [HOPPER_DRIVER_RIM]: 'collateral_not_found' };
    const need = { ...NEED, rimIds: [HOPPER_DRIVER_RIM] };
    expect(codesOf((await collateral.nvidia(need)).absent)).toEqual(expected);
    expect(codesOf((await collateral.nvidia(need)).absent)).toEqual(expected);
    expect(server.requests.filter(isRim)).toHaveLength(1);
    pass(1);
    await collateral.nvidia(need);
    expect(server.requests.filter(isRim)).toHaveLength(2);
  });

  it('is kept over restarts, used while it counts though NVIDIA is down, and not a moment longer', async () => {
    const { server, start, pass } = await world();
    await start().nvidia(NEED);
    server.always({ status: 503 });
    pass(24);
    const down = { 'chain[0]': 'collateral_unavailable' };
    expect(codesOf((await start().nvidia(NEED)).absent)).toEqual(down);
    pass(0.001);
    const { rims, ocsp, absent } = await start().nvidia(NEED);
    expect(rims).toEqual(RIMS);
    expect(ocsp).toEqual([]);
    expect(Object.keys(codesOf(absent))).toHaveLength(7);
    expect(new Set(Object.values(codesOf(absent)))).toEqual(new Set(['collateral_unavailable']));
  });

  it('counts for seven days at most, whatever the responder says', async () => {
    const { server, start, pass, saying } = await world();
    saying(() => ({ single: { nextUpdate: new Date('2030-01-01T00:00:00Z') } }));
    await start().nvidia(NEED);
    server.always({ status: 503 });
    pass(7 * 24);
    expect((await start().nvidia(NEED)).ocsp).toHaveLength(6);
    pass(0.001);
    expect((await start().nvidia(NEED)).ocsp).toHaveLength(0);
  });

  it('is renewed ahead of its end while somebody needs it, and left to grow old after', async () => {
    const { server, start, pass } = await world();
    const collateral = start();
    await collateral.nvidia(NEED);
    pass(13);
    expect(await collateral.refreshDue()).toEqual({ due: 6, renewed: 6, failed: 0 });
    expect(server.requests).toHaveLength(15);
    pass(49);
    // The manifests alone: of chips that nobody has asked about for two days nothing is asked.
    expect(await collateral.refreshDue()).toEqual({ due: 2, renewed: 2, failed: 0 });
    expect(await start().refreshDue()).toEqual({ due: 0, renewed: 0, failed: 0 });
  });

  it('hands out a revocation like a good answer, and never a good one after it', async () => {
    const { start, pass, saying, events } = await world();
    const [, chip] = chain;
    const collateral = start();
    saying((subject) => (subject === chip ? { single: { status: { reason: 1 } } } : {}));
    const first = await collateral.nvidia(NEED);
    expect(codesOf(first.absent)).toEqual(LEAF_ALONE);
    expect(revoked(first.ocsp)).toBe(1);
    saying(() => ({ single: { thisUpdate: AT } }));
    const again = await collateral.nvidia(NEED, { renew: true });
    expect(revoked(again.ocsp)).toBe(1);
    expect(events.filter(({ code }) => code === 'collateral_rollback')).toHaveLength(1);
    // A hold may end: what is newer counts.
    pass(1);
    saying(() => ({}));
    expect(revoked((await collateral.nvidia(NEED, { renew: true })).ocsp)).toBe(0);
  });

  it('never goes back to an older answer, though it be authentic and for our question', async () => {
    const { start, pass, saying, events, cache } = await world();
    pass(2);
    await start().nvidia(NEED);
    saying(() => ({ single: { thisUpdate: AT } }));
    const lost = { ...cache, get: async () => null };
    const { start: startAnew, saying: sayAnew, pass: passAnew } = await world({ cache: lost });
    passAnew(2);
    sayAnew(() => ({ single: { thisUpdate: AT } }));
    const { ocsp, absent } = await startAnew().nvidia({ rimIds: [], paths: NEED.paths });
    expect(ocsp).toEqual([]);
    expect(new Set(Object.values(codesOf(absent)).slice(1))).toEqual(new Set(['collateral_rollback']));
    expect(events.filter(({ code }) => code === 'collateral_rollback')).toEqual([]);
  });

  it('is exported, and imported where there is no network', async () => {
    const { start, cache } = await world();
    await start().nvidia(NEED);
    const [folder, ...more] = await exportCollateral(cache);
    expect(more).toEqual([]);
    expect(folder?.name).toBe('nvidia');
    const names = [...(folder?.files.keys() ?? [])];
    expect(names.filter((name) => name.endsWith('.xml'))).toEqual([...BOTH].sort().map((id) => `${id}.xml`));
    expect(names.filter((name) => name.endsWith('.ocsp'))).toHaveLength(6);
    const there = await world();
    const offline = there.start('offline');
    const rows = await importCollateral(folder?.files ?? new Map(), offline, 'standard');
    expect(rows.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 8 }, () => 'accepted'));
    const { rims, ocsp } = await offline.nvidia(NEED);
    expect(rims).toEqual(RIMS);
    expect(ocsp).toHaveLength(6);
    expect(there.server.requests).toEqual([]);
  });

  it('is judged when it is imported: another’s, another version’s, and what has no chain are refused', async () => {
    const { start, cache } = await world();
    await start().nvidia({ rimIds: [], paths: NEED.paths });
    const [folder] = await exportCollateral(cache);
    const files = new Map(folder?.files);
    for (const name of [...files.keys()].filter((file) => file.endsWith('.chain'))) files.delete(name);
    const strange = manifest('580.159.03', forgeNvidiaPki('stranger'));
    files.set(`${HOPPER_DRIVER_RIM}.xml`, strange);
    files.set(`${HOPPER_VBIOS_RIM}.xml`, RIMS.get(HOPPER_DRIVER_RIM) ?? strange);
    const rows = await importCollateral(files, (await world()).start('offline'), 'standard');
    const codes = rows.filter(({ outcome }) => outcome === 'refused').map(({ code }) => code);
    expect(codes.toSorted()).toEqual(
      ['collateral_unverified', ...Array.from({ length: 4 }, () => 'collateral_malformed')].toSorted(),
    );
  });
});
