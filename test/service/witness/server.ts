import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { type Checkpoint, verifyCheckpoint } from '../../../src/record/checkpoint.ts';
import { verifyConsistency } from '../../../src/record/consistency.ts';
import { cosign, formatWitnessKey } from '../../../src/record/cosignature.ts';
import { RecordError } from '../../../src/record/errors.ts';
import type { NoteVerifier } from '../../../src/record/note.ts';
import { type Witness, witnessOf } from '../../../src/service/witness/witness.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A witness on this machine that keeps to c2sp.org/tlog-witness, until a test makes it do something else. */
export type TestWitness = {
  readonly witness: Witness;
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Request bodies, in order. */
  readonly asked: string[];
  /** What it remembers; a test may make it forget. */
  state: { size: number; root: Uint8Array | null };
  /** Takes the place of its own answer. */
  misbehave: Handler | null;
};

const AT = new Date('2026-11-21T10:00:00Z');

export async function startWitness(log: NoteVerifier, name = 'witness.example/w1'): Promise<TestWitness> {
  const signer = { name, ...generateKeyPairSync('ed25519') };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      self.asked.push(body);
      if (request.method !== 'POST' || request.url !== '/a/prefix/add-checkpoint') answer(response, 404);
      else (self.misbehave ?? behave)(request, response, body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on a port
  const witness = witnessOf(`http://127.0.0.1:${port}/a/prefix/`, formatWitnessKey(signer));
  if (witness === undefined) throw new Error('a loopback address is allowed');
  const self: TestWitness = {
    witness,
    ...signer,
    asked: [],
    state: { size: 0, root: null },
    misbehave: null,
  };

  /** The steps of add-checkpoint, in the specification's order. */
  const behave: Handler = (_, response, body) => {
    const gap = body.indexOf('\n\n');
    const [first = '', ...proofLines] = body.slice(0, gap).split('\n');
    const old = Number(/^old (0|[1-9]\d*)$/.exec(first)?.[1] ?? Number.NaN);
    const note = body.slice(gap + 2);
    if (Number.isNaN(old) || proofLines.length > 63) return answer(response, 400);
    let checkpoint: Checkpoint;
    try {
      checkpoint = verifyCheckpoint(note, log);
    } catch (error) {
      const isOther = error instanceof RecordError && error.code === 'origin_mismatch';
      return answer(response, isOther ? 404 : 403);
    }
    if (old > checkpoint.size) return answer(response, 400);
    const { size, root } = self.state;
    if (old !== size) return conflict(response, size);
    const proof = proofLines.map((line) => new Uint8Array(Buffer.from(line, 'base64')));
    if (old === checkpoint.size && root !== null && Buffer.compare(root, checkpoint.root) !== 0)
      return conflict(response, size);
    try {
      const oldRoot = root ?? checkpoint.root;
      if (old > 0) {
        const { size: newSize, root: newRoot } = checkpoint;
        verifyConsistency({ oldSize: old, oldRoot, newSize, newRoot, proof });
      } else if (proof.length > 0) return answer(response, 422);
    } catch {
      return answer(response, 422);
    }
    self.state = { size: checkpoint.size, root: checkpoint.root };
    answer(response, 200, cosign(note, signer, AT));
  };
  return self;
}

export function answer(response: ServerResponse, status: number, body = '', type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

export function conflict(response: ServerResponse, size: number): void {
  answer(response, 409, `${size}\n`, 'text/x.tlog.size');
}

export const SIGNED_AT = AT;
