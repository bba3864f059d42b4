import { toHex, toUtf8 } from '../../bytes/text.ts';
import { metadataOf } from '../metadata.ts';
import { type CollateralCache, type CollateralDocument, type CollateralKey, keyText } from '../port.ts';

/** Files that belong together: what `sextant verify --collateral` takes for one platform, or for AMD's chips. */
export type ExportedFolder = { readonly name: string; readonly files: ReadonlyMap<string, Uint8Array> };

/** `sextant verify` reads at most 4,096 files of a folder: a large fleet's chips are spread over several. */
const CHIPS_IN_A_FOLDER = 4000;
/** Each beside its chain; manifests and the rest take what is left. */
const STATUSES_IN_A_FOLDER = 1500;

/**
 * All that is in the cache, current or not, by the names that `sextant verify --collateral` reads:
 *
 *   intel-<tdx|sgx>-<fmspc>-<ca>/   tcbInfo.json, tcbchain.pem, qeIdentity.json, qechain.pem, rootcrl.hex, pckcrl.hex
 *   amd/, amd-2/ …                  vcek-<product>-<hwid>-<spls>.der, cert_chain-<product>-<kind>.pem, crl-<product>-<kind>.der
 *   nvidia/, nvidia-2/ …            <RIM id>.xml, <certificate's SHA-256>.ocsp beside its .chain (PEM), jwks.json
 *
 * Each has a manifest.json that says what is in it and from where, which import reads for Intel's channel.
 */
export async function exportCollateral(cache: CollateralCache): Promise<ExportedFolder[]> {
  return [...(await intelFolders(cache)), ...(await amdFolders(cache)), ...(await nvidiaFolders(cache))];
}

async function intelFolders(cache: CollateralCache): Promise<ExportedFolder[]> {
  const [tcbInfos, crls] = await Promise.all([load(cache, 'intel-tcb-info'), load(cache, 'intel-pck-crl')]);
  const rootCrl = await cache.get({ kind: 'intel-root-crl', name: 'root' });
  const folders: ExportedFolder[] = [];
  for (const tcbInfo of tcbInfos) {
    const [tee = '', fmspc = '', channel = ''] = tcbInfo.key.name.split('/');
    const qeIdentity = await cache.get({ kind: 'intel-qe-identity', name: `${tee}/${channel}` });
    for (const pckCrl of crls) {
      const suffix = channel === 'standard' ? '' : `-${channel}`;
      folders.push({
        name: `intel-${tee}-${fmspc}-${pckCrl.key.name}${suffix}`,
        files: withManifest(
          { tcbInfo, qeIdentity, rootCrl, pckCrl },
          intelFiles({ tcbInfo, qeIdentity, rootCrl, pckCrl }),
        ),
      });
    }
  }
  return folders;
}

type IntelDocuments = Readonly<
  Record<'tcbInfo' | 'qeIdentity' | 'rootCrl' | 'pckCrl', CollateralDocument | null>
>;

function intelFiles({ tcbInfo, qeIdentity, rootCrl, pckCrl }: IntelDocuments): Map<string, Uint8Array> {
  return filesOf([
    ['tcbInfo.json', tcbInfo?.body],
    ['tcbchain.pem', tcbInfo?.chain],
    ['qeIdentity.json', qeIdentity?.body],
    ['qechain.pem', qeIdentity?.chain],
    ['rootcrl.hex', hexOf(rootCrl)],
    ['pckcrl.hex', hexOf(pckCrl)],
    // What the CRLs are judged by when they are imported again: the issuer of the one, the root of both.
    ['pckcrlchain.pem', pckCrl?.chain],
    ['root.pem', rootCrl?.chain],
  ]);
}

async function amdFolders(cache: CollateralCache): Promise<ExportedFolder[]> {
  const [chains, crls, chips] = await Promise.all([
    load(cache, 'amd-chain'),
    load(cache, 'amd-crl'),
    load(cache, 'amd-vcek'),
  ]);
  if (chains.length === 0) return [];
  const parts = Math.max(1, Math.ceil(chips.length / CHIPS_IN_A_FOLDER));
  return Array.from({ length: parts }, (_, part) => {
    const here = [
      ...chains,
      ...crls,
      ...chips.slice(part * CHIPS_IN_A_FOLDER, (part + 1) * CHIPS_IN_A_FOLDER),
    ];
    const files = filesOf(here.map((document) => [amdName(document.key), document.body]));
    return { name: part === 0 ? 'amd' : `amd-${part + 1}`, files: withManifest(here, files) };
  });
}

function amdName({ kind, name }: CollateralKey): string {
  const parts = name.split('/').join('-');
  if (kind === 'amd-vcek') return `vcek-${parts}.der`;
  return kind === 'amd-crl' ? `crl-${parts}.der` : `cert_chain-${parts}.pem`;
}

async function nvidiaFolders(cache: CollateralCache): Promise<ExportedFolder[]> {
  const [rims, statuses, jwks] = await Promise.all([
    load(cache, 'nvidia-rim'),
    load(cache, 'nvidia-ocsp'),
    load(cache, 'nvidia-jwks'),
  ]);
  if (rims.length + statuses.length + jwks.length === 0) return [];
  const parts = Math.max(1, Math.ceil(statuses.length / STATUSES_IN_A_FOLDER));
  return Array.from({ length: parts }, (_, part) => {
    const here = statuses.slice(part * STATUSES_IN_A_FOLDER, (part + 1) * STATUSES_IN_A_FOLDER);
    const files = filesOf([
      ...rims.map(({ key, body }) => [`${key.name}.xml`, body] as const),
      ...here.map(({ key, body }) => [`${key.name}.ocsp`, body] as const),
      ...here.map(({ key, chain }) => [`${key.name}.chain`, chain] as const),
      ...jwks.map(({ body }) => ['jwks.json', body] as const),
    ]);
    const name = part === 0 ? 'nvidia' : `nvidia-${part + 1}`;
    return { name, files: withManifest([...rims, ...here, ...jwks], files) };
  });
}

async function load(cache: CollateralCache, kind: CollateralKey['kind']): Promise<CollateralDocument[]> {
  const documents: CollateralDocument[] = [];
  for (const { key } of await cache.list(kind)) {
    const document = await cache.get(key);
    if (document !== null) documents.push(document);
  }
  return documents.sort((a, b) => (keyText(a.key) < keyText(b.key) ? -1 : 1));
}

function withManifest(
  documents: readonly CollateralDocument[] | IntelDocuments,
  files: Map<string, Uint8Array>,
): Map<string, Uint8Array> {
  const present = Object.values(documents).filter((document) => document !== null);
  const manifest = { v: 1, documents: present.map(metadataOf) };
  return files.set('manifest.json', toUtf8(`${JSON.stringify(manifest, null, 2)}\n`, 'manifest'));
}

function filesOf(
  pairs: readonly (readonly [name: string, bytes: Uint8Array | null | undefined])[],
): Map<string, Uint8Array> {
  return new Map(pairs.flatMap(([name, bytes]) => (bytes ? [[name, bytes] as const] : [])));
}

function hexOf(document: CollateralDocument | null): Uint8Array | null {
  return document && toUtf8(`${toHex(document.body)}\n`, 'crl');
}
