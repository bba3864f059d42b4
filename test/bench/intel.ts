import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import dcapQvl from '@phala/dcap-qvl';
import { forgetChains } from '../../src/evidence/intel/chain.ts';
import { forgetCollateral, forgetEndorsements } from '../../src/evidence/intel/endorsement.ts';
import { type IntelQuoteInput, parseQuote, verifyIntelQuote } from '../../src/evidence/intel/index.ts';
import { forgetStatuses } from '../../src/evidence/intel/revocation.ts';
import { forgetDocuments } from '../../src/evidence/intel/signed-collateral.ts';
import { FORGED_AT, forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate, parsePem } from '../../src/pki/index.ts';
import { forgetKeys } from '../../src/pki/key-cache.ts';
import { type GenuineQuote, genuineQuotes } from './intel-quotes.ts';
import { compareRates, type Row, row } from './row.ts';

const MEMORY_ROUNDS = 100_000;
const MACHINES = 16;
const MIB = 1 << 20;

/**
 * Whole verification of a quote:
 *
 * - of a machine that attested before, and of one whose chain and collateral are known but not its attestation key, against
 *   the bare ceiling: importing the attestation key and checking the signatures of quote and QE report as they stand there
 *   (DER for the key, r and s for the signatures), and nothing else. Node takes keys as text and signatures as DER with less
 *   ado, which the verifier knows; and what it found out about a known machine's attestation key it does not compute again;
 * - the same, and with every cache empty, against the npm package @phala/dcap-qvl on the same quote and collateral;
 * - memory after 100,000 of them against memory after the first tenth.
 */
export async function intel(): Promise<Row[]> {
  const quotes = genuineQuotes();
  return [...quotes.flatMap(rates), memory(quotes)];
}

function rates(genuine: GenuineQuote): Row[] {
  const { name, input } = genuine;
  const known = (): void => demand(verifyIntelQuote(input).verified !== null);
  const newKey = (): void => {
    forgetEndorsements();
    known();
  };
  const cold = (): void => {
    forgetCollateral();
    forgetChains();
    forgetDocuments();
    forgetStatuses();
    forgetKeys();
    newKey();
  };
  const ceiling = ceilingOf(input);
  const peer = peerOf(genuine);
  for (let round = 0; round < 200; round++) {
    cold();
    peer();
  }
  return [
    compareRates(`${name}: known machine, against the ceiling`, known, ceiling),
    compareRates(`${name}: new attestation key, against the ceiling`, newKey, ceiling),
    compareRates(`${name}: known machine, against dcap-qvl`, known, peer),
    compareRates(`${name}: every cache empty, against dcap-qvl`, cold, peer),
  ];
}

function ceilingOf({ quote }: IntelQuoteInput): () => void {
  const { attestationKey, signature, signed, qe } = parseQuote(quote);
  const head = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
  const spki = Buffer.concat([head, attestationKey]);
  const [pck = new Uint8Array()] = parsePem(Buffer.from(qe.pckChain ?? []).toString('latin1'));
  const pckKey = createPublicKey({
    key: Buffer.from(parseCertificate(pck).publicKey.der),
    format: 'der',
    type: 'spki',
  });
  const holds = (key: KeyObject, bytes: Uint8Array, value: Uint8Array): boolean =>
    verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, value);
  return () => {
    demand(holds(createPublicKey({ key: spki, format: 'der', type: 'spki' }), signed, signature));
    demand(holds(pckKey, qe.reportBytes, qe.signature));
  };
}

function peerOf({ input: { quote, collateral, at }, root }: GenuineQuote): () => void {
  const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('utf8');
  const tcbInfo = JSON.parse(text(collateral.tcbInfo));
  const qeIdentity = JSON.parse(text(collateral.qeIdentity));
  const theirs = {
    tcb_info: JSON.stringify(tcbInfo.tcbInfo),
    tcb_info_signature: [...Buffer.from(tcbInfo.signature, 'hex')],
    tcb_info_issuer_chain: text(collateral.tcbInfoChain),
    qe_identity: JSON.stringify(qeIdentity.enclaveIdentity),
    qe_identity_signature: [...Buffer.from(qeIdentity.signature, 'hex')],
    qe_identity_issuer_chain: text(collateral.qeIdentityChain),
    root_ca_crl: [...(collateral.rootCrl ?? [])],
    pck_crl: [...(collateral.pckCrl ?? [])],
    pck_crl_issuer_chain: '',
  };
  const verifier = dcapQvl.QuoteVerifier.newWithRootCa(Buffer.from(root));
  const bytes = Buffer.from(quote);
  const seconds = at.getTime() / 1000;
  return () => demand(typeof verifier.verify(bytes, theirs, seconds).status === 'string');
}

/** Heap and buffers in use after the garbage is gone. Machines take turns, and each quote is one of its own. */
function memory(quotes: readonly GenuineQuote[]): Row {
  const machines = Array.from({ length: MACHINES }, (_, index) =>
    forgeTdxPlatform({ seed: `bench ${index}` }),
  );
  const inputs = [
    ...quotes.map(({ input }) => input),
    ...machines.flatMap((machine) => forgedInputs(machine)),
  ];
  const verifyMany = (count: number): void => {
    for (let round = 0; round < count; round++) {
      const input = inputs[round % inputs.length];
      demand(input !== undefined && verifyIntelQuote(input).verified !== null);
    }
  };
  const collect = collector();
  verifyMany(MEMORY_ROUNDS / 10);
  const early = collect();
  verifyMany(MEMORY_ROUNDS);
  return row(`memory after ${MEMORY_ROUNDS} verifications more`, collect() / MIB, 'MiB', early / MIB);
}

function forgedInputs(machine: ReturnType<typeof forgeTdxPlatform>): IntelQuoteInput[] {
  const collateral = machine.collateral();
  const anchors = [anchorFromCertificate(parseCertificate(machine.root))];
  return Array.from({ length: 8 }, (_, index) => ({
    quote: machine.quote(new Uint8Array(64).fill(index)),
    collateral,
    anchors,
    at: FORGED_AT,
  }));
}

/** Runs the garbage collector, and answers how many bytes are left. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no garbage collector');
  return () => {
    for (let round = 0; round < 3; round++) collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
}

function demand(holds: boolean): void {
  if (!holds) throw new Error('a quote was refused');
}
