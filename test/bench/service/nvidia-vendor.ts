import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ForgedNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeRimsOf } from '../../../src/forge/nvidia/rim.ts';
import { type Known, nvidiaAnswers } from '../../collateral/nvidia-server.ts';
import { issued, issuersOf } from '../../evidence/nvidia/forged.ts';
import type { Issued } from '../../pki/issue.ts';

export type NvidiaVendor = { readonly url: string; readonly close: () => void };

/** NVIDIA as a verifier reaches it, for GPUs that exist nowhere: manifests, and the status of every certificate but the leaves'. */
export async function startNvidia(gpus: readonly ForgedNvidiaGpu[]): Promise<NvidiaVendor> {
  const [first] = gpus;
  if (first === undefined) throw new Error('no GPU');
  const signers = [...first.pki.rimChain(first.generation), first.pki.rimRoot].map(issued);
  const answers = nvidiaAnswers({
    rims: new Map(forgeRimsOf(first).map(({ id, xml }) => [id, new Uint8Array(xml)])),
    known: [...gpus.flatMap((gpu) => links(issuersOf(gpu).slice(1))), ...links(signers)],
    now: () => new Date(),
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const {
        status = 200,
        headers = {},
        body,
      } = answers(new URL(request.url ?? '/', 'http://localhost'), new Uint8Array(Buffer.concat(chunks)));
      response.writeHead(status, headers).end(body ?? '');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function links(path: readonly Issued[]): Known[] {
  return path.slice(0, -1).flatMap((subject, index) => {
    const issuer = path[index + 1];
    return issuer === undefined ? [] : [{ subject, issuer }];
  });
}
