import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serialiseInventoryItem } from '../../src/evidence/bundle/inventory-item.ts';
import { parseEfiVariable } from '../../src/evidence/eventlog/uefi/variable.ts';
import { demonstrationTdBoot, forgeCcel } from '../../src/forge/intel/ccel.ts';
import { forgeSgxPlatform } from '../../src/forge/intel/platform.ts';
import { forgeNitroDocument } from '../../src/forge/nitro/document.ts';
import { forgeNrasAnswer } from '../../src/forge/nvidia/nras/answer.ts';
import { forgeJwks, forgeNrasSigner } from '../../src/forge/nvidia/nras/keys.ts';
import { forgeOcspOf } from '../../src/forge/nvidia/ocsp.ts';
import { forgeRimsOf } from '../../src/forge/nvidia/rim.ts';
import { makePlatformCa } from '../../src/forge/tpm/platform-ca.ts';
import { secureBootChain } from '../../src/forge/tpm/secure-boot.ts';
import { signHello, signWelcome } from '../../src/location/probe/hello.ts';
import * as probe from '../../src/location/probe/index.ts';
import { encodeCookie, encodeOpen, encodeRefusal } from '../../src/location/probe/opening.ts';
import { encodeReceiptMessage, signReceipt } from '../../src/location/probe/receipt.ts';
import { encodeAttest, signTranscript } from '../../src/location/probe/transcript.ts';
import { gpu, gpuItem } from '../evidence/bundle/gpus.ts';
import {
  azure,
  azureItem,
  bindingItem,
  bundleOf,
  snp,
  snpItem,
  tdx,
  tdxItem,
} from '../evidence/bundle/guest.ts';
import { makeHost, now, submit } from '../evidence/bundle/host.ts';
import { asciiLog, binaryLog } from '../evidence/eventlog/ima-log.ts';
import * as tpm from '../evidence/tpm/build.ts';
import { gceAttestation } from '../evidence/tpm/gce-build.ts';
import { host, landmark, permitFor, receiptFor, verifier } from '../location/probe/parties.ts';
import { issueCrl } from '../pki/crl-issue.ts';
import { issueLeaf, issueRoot } from '../pki/issue.ts';
import { textSamples } from './text-samples.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples/evidence');
const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));
const pem = (der: Uint8Array): Uint8Array =>
  text(
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  );

/** What strangers send when they are honest, each kind of it at least once. */
export async function rawSamples(): Promise<Uint8Array[]> {
  return [
    ...filesBelow(EXAMPLES),
    ...(await bundles()),
    ...chains(),
    ...vendors(),
    ...bootLogs(),
    ...probes(),
    ...(await textSamples()),
  ];
}

async function bundles(): Promise<Uint8Array[]> {
  const machine = makeHost();
  const binding = bindingItem(machine);
  const items = [
    tdxItem([binding]),
    snpItem([binding]),
    await azureItem([binding]),
    gpuItem(gpu(0), binding),
  ];
  const akPublic = machine.akPublic;
  return [
    azure.claims,
    akPublic,
    akPublic.subarray(2),
    inventory(),
    creationData(),
    credentialFile(),
    text(submit(machine)),
    gceAttestation(),
    forgeNitroDocument({ at: now }).document,
    ...items.flatMap((item) => [item.value, text(bundleOf(machine, [binding, item]))]),
  ];
}

function chains(): Uint8Array[] {
  const root = issueRoot();
  const leaf = issueLeaf(root);
  const platform = makePlatformCa(now);
  const machine = { manufacturer: 'Maker', model: 'Model', serial: 'S-1' };
  const { certificates } = gpu(0);
  return [
    root.der,
    leaf.der,
    pem(leaf.der),
    issueCrl(root),
    platform.issue(root.der, machine),
    ...certificates,
    ...forgeOcspOf(gpu(0).chain, now),
  ];
}

function vendors(): Uint8Array[] {
  const sgx = forgeSgxPlatform({ seed: 'fuzz', at: now });
  const { tcbInfo, qeIdentity, rootCrl, pckCrl } = tdx.collateral();
  const signer = forgeNrasSigner(now);
  const documents = [tcbInfo, qeIdentity, rootCrl, pckCrl].flatMap((bytes) => bytes ?? []);
  return [
    ...documents.map((bytes) => new Uint8Array(bytes)),
    ...quoteAndParts(sgx.quote(new Uint8Array(64)), 384),
    ...quoteAndParts(tdx.quote(new Uint8Array(64)), 584),
    text(tdx.pckChainPem),
    snp.report(new Uint8Array(64)),
    snp.auxblob(),
    snp.crl(),
    ...snp.certificates(),
    ...forgeRimsOf(gpu(0)).map(({ xml }) => xml),
    text(JSON.stringify({ evidences: [gpu(0).collected(new Uint8Array(32))] })),
    forgeNrasAnswer({ signer, at: now, nonce: new Uint8Array(32).fill(1) }),
    forgeJwks(signer),
  ];
}

function bootLogs(): Uint8Array[] {
  const { der } = issueLeaf(issueRoot());
  const measured = secureBootChain({ firmwareSigner: der, kernelSigner: der });
  const digest = new Uint8Array(32).fill(1);
  const entries = [
    { template: 'ima-ng', path: '/usr/bin/true', digest },
    { template: 'ima-sig', path: '/usr/bin/env', digest, extra: Uint8Array.of(3, 2, 4) },
  ] as const;
  const { log } = forgeCcel(demonstrationTdBoot(), 4096);
  const variables = measured.map(({ event }) => event);
  return [log, ...variables, ...variables.flatMap(dataOf), binaryLog(entries), asciiLog(entries)];
}

function probes(): Uint8Array[] {
  const context = probe.probeContext(permitFor());
  const token = new Uint8Array(16).fill(1);
  const cookie = new Uint8Array(24).fill(2);
  const permit = probe.signPermit(permitFor(), verifier.key);
  const hello = signHello({ cookie, token, permit }, host.signing);
  const transcript = new Uint8Array(32).fill(5);
  const receipt = signReceipt(receiptFor(), landmark.key);
  return [
    encodeOpen(token),
    encodeCookie(token, cookie),
    encodeRefusal(token, 'permit'),
    permit,
    hello,
    signWelcome(context, probe.rawPublicKey(host.exchange), hello, landmark.key),
    encodeAttest(context, transcript, signTranscript(transcript, host.signing)),
    receipt,
    encodeReceiptMessage(context, receipt),
  ];
}

/** A quote, its body and its signature data (DCAP 1.23, appendix A). */
function quoteAndParts(quote: Uint8Array, bodyBytes: number): Uint8Array[] {
  const body = 48 + bodyBytes;
  return [quote, quote.subarray(48, body), quote.subarray(body + 4)];
}

/** What an EFI variable holds, where an event is one. */
function dataOf(event: Uint8Array): Uint8Array[] {
  try {
    return [parseEfiVariable(event).data];
  } catch {
    return [];
  }
}

function inventory(): Uint8Array {
  const versions = { driverVersion: '580.1', vbiosVersion: '96', computeCapability: '9.0' };
  const named = { index: 0, uuid: 'GPU-1', name: 'H100', serial: '1', pciBusId: '0:1' };
  const unattested = { code: 'not_asked' as const, detail: 'nobody asked' };
  const gpus = [{ ...named, ...versions, evidence: null, unattested }];
  const confidentialComputing = { state: 'on' as const, multiGpu: 'none' as const, ready: true };
  return serialiseInventoryItem({ v: 1, confidentialComputing, gpus });
}

/** TPM2B_CREATION_DATA (Part 2, 15.2) of a key under a parent with a SHA-256 name. */
function creationData(): Uint8Array {
  const name = tpm.join(tpm.u16(0x000b), new Uint8Array(32).fill(4));
  const pcrs = tpm.join(tpm.u32(1), tpm.u16(0x000b), tpm.u8(3), Uint8Array.of(1, 0, 0));
  const parent = tpm.join(tpm.u8(1), tpm.u16(0x000b), tpm.sized(name), tpm.sized(name));
  return tpm.sized(tpm.join(pcrs, tpm.sized(new Uint8Array(32)), parent, tpm.sized(new Uint8Array(32))));
}

/** As `tpm2_makecredential -o` writes it. */
function credentialFile(): Uint8Array {
  const blob = tpm.join(tpm.sized(new Uint8Array(32)), new Uint8Array(34));
  return tpm.join(tpm.u32(0xbadcc0de), tpm.u32(1), tpm.sized(blob), tpm.sized(new Uint8Array(256)));
}

function filesBelow(folder: string): Uint8Array[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => new Uint8Array(readFileSync(join(entry.parentPath, entry.name))));
}
