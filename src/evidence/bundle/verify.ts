import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { TeeKind } from '../../protocol/tee.ts';
import { CheckList, type Findings } from '../check.ts';
import { attestationKeyFromPublic } from '../tpm/attestation-key.ts';
import { provenFirmwareVersion } from '../tpm/firmware-version.ts';
import { type TpmQuote, verifyTpmQuote } from '../tpm/verify.ts';
import { sealVerified, type Verified } from '../verified.ts';
import { type BoundSession, verifyBinding } from './binding.ts';
import type { Item } from './cmw.ts';
import { commitment, itemDigest } from './commitment.ts';
import { type BundleDevice, verifyDevices } from './devices.ts';
import { examineLogs } from './event-log.ts';
import type { HostEvidence, HostTpm } from './host-evidence.ts';
import { readInventory } from './inventory.ts';
import { checkItems } from './items.ts';
import { verifyJws } from './jws.ts';
import { isClosed } from './left-open.ts';
import type { NvidiaTrust } from './nvidia-trust.ts';
import { retoldItems } from './quoted-items.ts';
import { type Bundle, readBundle } from './read-bundle.ts';
import { reading } from './reading.ts';
import { checkReportData } from './report-data.ts';
import { type TeeProof, verifyTeeItem } from './tee.ts';
import type { TeeTrust } from './tee-trust.ts';
import { parseTpmItem, type TpmItem } from './tpm-item.ts';

export type BundleInput = {
  /** The submission's body: a compact JWS. */
  readonly jws: string;
  /** What was promised when the nonce was issued, as the store kept it. */
  readonly session: BoundSession;
  readonly host: EnrolledHost;
  /** By whose word a TEE's evidence is verified. */
  readonly tee: TeeTrust;
  /** By whose word the evidence of GPUs and switches is. */
  readonly nvidia: NvidiaTrust;
  readonly at: Date;
};

/** What this very host enrolled by, and must show again. */
export type EnrolledHost = TpmHost | { readonly kind: 'tee'; readonly tee: TeeKind };

/** The attestation key that the host proved to hold when it enrolled. */
export type TpmHost = {
  readonly kind: 'tpm';
  /** TPM2B_PUBLIC. */
  readonly akPublic: Uint8Array;
  /** TPM2B_NAME without its size, as credential activation used it. */
  readonly akName: Uint8Array;
  /** Name of the endorsement key above it. Null: the TPM's firmware version may stay unproven. */
  readonly ekName: Uint8Array | null;
};

export type BundleResult = {
  /** Of the host and of what holds the bundle together; what concerns one device alone stands with that device. */
  readonly findings: Findings;
  readonly verified: Verified<HostEvidence> | null;
  /** Every GPU and switch that was submitted, whatever became of the whole. */
  readonly devices: readonly BundleDevice[];
};

/**
 * Verifies one submission: is it, whole, what this host made for this session?
 *
 * Never throws for what the host sent: bytes that cannot be read are a failed check whose id ends in `well-formed`.
 * `verified` is null unless every check of host and bundle passed and nothing was left open but what may be (left-open.ts).
 * A GPU or switch that is not what it should be does not change that: it is told with the device, which then proves nothing.
 * Unproven afterwards: that the EK behind an enrolled key is still trusted, whether the measured state is a good one
 * (appraisal), and where host and devices stand.
 */
export function verifyBundle({ jws, session, host, tee: trust, nvidia, at }: BundleInput): BundleResult {
  const checks = new CheckList();
  const bundle = reading('bundle.well-formed', checks, () => readBundle(jws));
  if (bundle === null) return { findings: checks, verified: null, devices: [] };
  const { binding, items } = bundle;

  checks.expect('session.open', at < new Date(session.expiresAt), `before ${session.expiresAt}`, shown(at));
  verifyBinding(binding, session, checks);
  checkSignature(bundle, checks);
  const found = checkItems(items, host.kind, checks);
  const nonce = commitment('gpu-nonce', bundle.bindingItem.value, []);
  const devices = verifyDevices(found.devices, { nonce, trust: nvidia, at }, checks);
  const inventory = found.inventory === null ? null : readInventory(found.inventory, items, checks);
  const tpm = host.kind === 'tpm' && found.tpm !== null ? judgeTpm(bundle, found.tpm, host, checks) : null;
  const tee = found.tee === null ? null : judgeTee(bundle, found.tee, { host, trust, at }, checks);

  const shows = host.kind === 'tpm' ? tpm !== null : tee !== null;
  if (!shows || !checks.passed || !isClosed(checks)) return { findings: checks, verified: null, devices };
  const names = [...items.values()].map(({ label, mediaType, value }) => {
    return { label, mediaType, sha256: itemDigest(value) };
  });
  return {
    findings: checks,
    devices,
    verified: sealVerified({
      binding,
      tpm,
      tee: tee?.tee ?? null,
      vtpm: tee?.vtpm ?? null,
      teeEventLog: tee?.eventLog ?? { status: 'absent' },
      devices,
      inventory,
      items: names,
    }),
  };
}

/** `bundle.signature`: the holder of the binding's key put these items together. */
function checkSignature({ jws, binding }: Bundle, checks: CheckList): void {
  const holds = verifyJws(jws, binding.signingKey.x);
  checks.expect(
    'bundle.signature',
    holds,
    "by the binding's key",
    holds ? "by the binding's key" : 'does not hold',
  );
}

function judgeTpm(bundle: Bundle, item: Item, host: TpmHost, checks: CheckList): HostTpm | null {
  const tpm = reading('tpm.item.well-formed', checks, () => parseTpmItem(item.value));
  const quote = tpm === null ? null : checkQuote(bundle, tpm, host, checks);
  if (tpm === null || quote === null) return null;
  return {
    quote,
    firmwareVersion: provenFirmwareVersion(quote, host.ekName),
    ...examineLogs(tpm, quote.pcrs),
  };
}

/** The quote: by the key that this host enrolled, over the commitment to all that came before it. */
function checkQuote(bundle: Bundle, tpm: TpmItem, host: TpmHost, checks: CheckList): TpmQuote | null {
  checkEnrolled(tpm, host, checks);
  const extraData = commitment('tpm-extra-data', bundle.bindingItem.value, bundle.items.values());
  // Always the enrolled key, whatever key the item names: a slip above could then cost a reason, never a pass.
  const ak = attestationKeyFromPublic(host.akPublic);
  const result = reading('tpm.quote.well-formed', checks, () =>
    verifyTpmQuote(
      { quote: tpm.quote, signature: tpm.signature, pcrs: tpm.pcrs, ak },
      { policy: 'gate', extraData, akName: host.akName },
    ),
  );
  if (result === null) return null;
  checks.add({ ...result.findings, checks: retoldItems(bundle, tpm.quote, result.findings.checks) });
  return result.verified;
}

/** `tpm.ak.enrolled`: another machine's TPM may be genuine, and its quote too; it still is not this host's. */
function checkEnrolled({ akPublic }: TpmItem, host: TpmHost, checks: CheckList): void {
  const [expected, actual] = [toHex(host.akName), 'another key'];
  const same = equalBytes(akPublic, host.akPublic);
  checks.expect('tpm.ak.enrolled', same, expected, same ? expected : actual);
}

type TeeContext = { readonly host: EnrolledHost; readonly trust: TeeTrust; readonly at: Date };

/** The guest's word, over the commitment to all that came before it: its own keys, this session, the TPM's quote. */
function judgeTee(
  bundle: Bundle,
  item: Item,
  { host, trust, at }: TeeContext,
  checks: CheckList,
): TeeProof | null {
  const binding = bundle.bindingItem.value;
  const items = [...bundle.items.values()];
  return verifyTeeItem(
    item,
    {
      checkReportData: (actual) => checkReportData(checks, actual, binding, items),
      extraData: commitment('tpm-extra-data', binding, items),
      retell: (quote, found) => retoldItems(bundle, quote, found),
      enrolled: host.kind === 'tee' ? host.tee : null,
      trust,
      at,
    },
    checks,
  );
}

function shown(at: Date): string {
  return Number.isNaN(at.getTime()) ? 'no time' : at.toISOString();
}
